import { allFindingKinds } from '../core/findings/kinds';
import type { CommandName } from './commandTable';
import { labelOptions } from './labelOptions';
import type { OptionInfo } from './optionInfo';
import { trainingOptions } from './trainingOptions';

const searching: readonly CommandName[] = ['scan', 'similar', 'stats', 'select', 'map', 'resplit'];
/** Commands about labelled data sets. */
const labelled: readonly CommandName[] = ['scan', 'stats', 'select', 'map', 'resplit', 'train', 'evaluate', 'compare'];
const reading: readonly CommandName[] = [
  'scan',
  'similar',
  'track',
  'stats',
  'select',
  'map',
  'resplit',
  'train',
  'evaluate',
  'compare',
  'check',
  'verify',
  'suggest',
];

const withResult: readonly CommandName[] = [
  'scan',
  'similar',
  'track',
  'stats',
  'select',
  'resplit',
  'check',
  'verify',
  'suggest',
  'history',
  'evaluate',
  'compare',
  'models',
  'case-study',
  'engine',
  'train',
];
const all: readonly CommandName[] = [
  'scan',
  'similar',
  'track',
  'stats',
  'select',
  'map',
  'resplit',
  'check',
  'verify',
  'suggest',
  'undo',
  'redo',
  'history',
  'train',
  'evaluate',
  'compare',
  'export',
  'models',
  'case-study',
  'engine',
  'help',
  'version',
];

const textOrJson = { value: 'text|json', help: 'How to write the result (default text).' };

/** The one table of options: parsing, help and docs/CLI.md are made from it or checked against it. */
export const optionTable = {
  labels: {
    value: 'folders|none|sidecars|FILE',
    commands: labelled,
    help: 'Where classes come from (docs/LABELS.md): folders (the default), nowhere, .json and .txt files beside the images, or a file below DIR: CSV, TSV, JSON lines, or COCO.',
  },
  'label-columns': {
    value: 'path=…,label=…,split=…',
    commands: labelled,
    help: 'Names of the columns (or JSON keys) of such files, where they are not usual ones.',
  },
  'class-folders': {
    value: 'GLOB',
    many: true,
    commands: labelled,
    help: 'Folders that are classes, instead of the rule that finds them; with ! before it, folders that are none.',
  },
  splits: {
    value: 'GLOB=NAME',
    many: true,
    commands: labelled,
    help: 'Paths that belong to a split, instead of folders named train, val, valid, validation and test.',
  },
  model: {
    value: 'auto|none|FILE',
    commands: [...searching, 'suggest'],
    help: 'The model to compare with. auto (the default): the one that DIR/.twinlint/config.json names; without one, and with none, the built-in distance.',
    differs: {
      suggest: {
        help: 'The model whose encoder is used. auto (the default): the one that DIR/.twinlint/config.json names, if its relation is same-class; else, and with none, the encoder that comes with Twinlint. “twinlint train” on folders of other classes makes one for your kind of images.',
      },
    },
  },
  threshold: {
    value: 'auto|X',
    commands: ['scan', 'resplit', 'evaluate'],
    help: 'The distance up to which a pair is a finding, 0 to 1. auto (the default): from the data set’s own non-duplicates.',
    differs: {
      evaluate: { help: 'The distance up to which a pair counts as similar. auto (the default): the one in the model.' },
    },
  },
  against: {
    value: 'DIR2',
    commands: ['scan'],
    help: 'Also compare DIR with a reference folder, which is neither compared with itself nor ever to be changed.',
  },
  pairs: {
    value: 'all|across-folders|within-folder',
    commands: ['scan', 'train', 'evaluate'],
    help: 'Which images are compared, by the folder that holds them directly.',
    differs: {
      train: {
        value: 'FILE.csv',
        help: 'Pairs to learn from beside the verdicts in DIR/.twinlint: two paths below DIR and similar or different (or 1, 0) in each row.',
      },
      evaluate: {
        value: 'FILE.csv',
        help: 'Pairs to judge on beside the verdicts in DIR/.twinlint: two paths below DIR and similar or different (or 1, 0) in each row.',
      },
    },
  },
  ...labelOptions,
  ...trainingOptions,
  mirrors: { commands: [...searching, 'compare'], help: 'Also find mirrored twins.' },
  turns: { commands: [...searching, 'compare'], help: 'Also find twins turned by 90°, 180° or 270°.' },
  exclude: {
    value: 'GLOB',
    many: true,
    commands: reading,
    help: 'Paths below DIR that are left out, beside those in .twinlintignore.',
  },
  'max-pixels': {
    value: 'N',
    commands: reading,
    help: 'Refuse pictures with more pixels (default 268402689); a decompression bomb would take all memory.',
  },
  severity: {
    value: 'KIND=LEVEL',
    many: true,
    commands: ['scan'],
    help: `How bad a kind of finding is: error, warning, information or off. Kinds: ${allFindingKinds.join(', ')}.`,
  },
  limit: {
    value: 'KIND=X',
    many: true,
    commands: ['scan'],
    help: 'The limit of a finding about quality (docs/QUALITY.md); such findings are off until --severity turns them on.',
  },
  'fail-on': {
    value: 'KIND,…|any',
    commands: ['scan', 'check', 'verify'],
    help: 'End with exit code 1 if there are findings of these kinds.',
  },
  'changed-only': {
    commands: ['scan'],
    help: 'List only findings of files that are not as they were at a commit of Git: changed, added, or not under Git.',
  },
  base: {
    value: 'COMMIT',
    commands: ['scan'],
    help: 'The commit for --changed-only: compared with where it and HEAD parted, as a pull request is (default: HEAD itself).',
  },
  'keep-list': {
    value: 'FILE',
    commands: ['scan', 'track'],
    help: 'Also write the paths of the images to keep, one a line: all readable ones but those of --drop-list.',
    differs: { track: { help: 'Also write the paths of the frames to keep, one a line; asks for --thin.' } },
  },
  'drop-list': {
    value: 'FILE',
    commands: ['scan', 'track'],
    help: 'Also write the paths of the images that can go, one a line: each has a twin of its own that stays.',
    differs: { track: { help: 'Also write the paths of the frames that can go, one a line; asks for --thin.' } },
  },
  baseline: {
    value: 'FILE.json',
    commands: ['scan'],
    help: 'Leave out findings that an earlier report has (of scan --format json): only new ones are listed and fail.',
  },
  count: { short: 'n', value: 'N', commands: ['select'], help: 'How many images to select.' },
  diverse: {
    commands: ['select'],
    help: 'Select so that every image has a selected one near it, instead of drawing at random.',
  },
  'per-class': { commands: ['select'], help: 'Equally many of each class, as far as there are so many.' },
  train: {
    value: 'SHARE',
    commands: ['resplit'],
    help: 'The share of train, 0 to 1 (default: 0.8, 0.1 and 0.1 where none is given).',
  },
  val: { value: 'SHARE', commands: ['resplit'], help: 'The share of val.' },
  test: { value: 'SHARE', commands: ['resplit'], help: 'The share of test.' },
  'group-by': {
    value: 'REGEX|column:NAME',
    commands: labelled,
    help: 'Images with the same match (its first group, if it has one) in their paths are of one patient, video or scene, as in patient(\\d+); or a column of the label file tells it. Found in two splits they are a leak, and they stay together in a new split and in the folds that judge labels.',
  },
  scores: {
    value: 'FILE.csv',
    commands: ['check', 'verify'],
    help: 'Also write what is thought of everything that was judged, finding or not, the most doubtful first: path, doubt (0 to 1), of pairs the partner, of modalities the chance of each to be wrong and the likeliest, odd; and what fits better, if anything does.',
  },
  folders: {
    value: 'A,B,…',
    commands: ['check'],
    help: 'Of check pairs: two or more folders below DIR; pictures of one name belong together.',
  },
  references: {
    value: 'REFDIR',
    commands: ['suggest', 'check', 'verify'],
    help: 'A folder with a folder for each class, in which one to five images (or more) show it.',
    differs: {
      check: {
        value: 'NAME|FILE',
        help: 'Of check identities: verify files against references stored before, by name (in .twinlint/references below DIR) or file; nothing is trained.',
      },
    },
  },
  'save-references': {
    value: 'NAME|FILE',
    commands: ['check', 'verify'],
    help: 'Of check identities: store the references and the networks, under a name or in a file, for --references; a file of that name is replaced.',
  },
  shots: {
    value: 'N',
    commands: ['suggest'],
    help: 'Use only the first N references of each class, by path (default: all).',
  },
  'least-confidence': {
    value: 'X',
    commands: ['suggest'],
    help: 'Call an image unknown whose label is right with a smaller chance than this, 0 to 1 (default 0.5).',
  },
  apply: {
    commands: ['resplit', 'suggest'],
    help: 'Move the files, in one action that "twinlint undo" takes back.',
    differs: {
      suggest: {
        help: 'Move each image that is not unknown to DIR/CLASS, in one action that "twinlint undo" takes back. A file that is there already is never overwritten.',
      },
    },
  },
  neighbours: { short: 'k', value: 'N', commands: ['similar'], help: 'How many images to list (default 10).' },
  crop: {
    value: 'X,Y,W,H',
    commands: ['similar'],
    help: 'Look for this part of IMAGE (left, top, width, height in pixels) in the other images, and list where it lies there.',
  },
  box: {
    value: 'X,Y,W,H',
    commands: ['track'],
    help: 'The box to follow, in the frame to start from: left, top, width, height in pixels.',
  },
  start: { value: 'FILE', commands: ['track'], help: 'The frame in which the box is (default: the first one).' },
  thin: {
    value: 'D',
    commands: ['track'],
    help: 'Which frames can go: those that changed no more than this, 0 to 1, since the last one that stays, by the box’s place and content.',
  },
  format: {
    value: 'text|json|sarif|csv|html',
    commands: withResult,
    help: 'How to write the result (default text, or by the extension of --out).',
    differs: {
      similar: { value: 'text|json|csv', help: 'How to write the result (default text, or by the extension of --out).' },
      track: {
        value: 'text|json|csv',
        help: 'Text, COCO boxes (json) or CSV boxes (default text, or by the extension of --out).',
      },
      stats: { value: 'text|json', help: 'Markdown text or JSON (default text, or by the extension of --out).' },
      select: {
        value: 'text|json',
        help: 'A list of paths, one a line, or JSON (default text, or by the extension of --out).',
      },
      resplit: textOrJson,
      check: { value: 'text|json|csv', help: 'How to write the result (default text, or by the extension of --out).' },
      suggest: { value: 'text|json|csv', help: 'How to write the result (default text, or by the extension of --out).' },
      history: textOrJson,
      train: textOrJson,
      evaluate: { value: 'text|json', help: 'How to write the result (default text, or by the extension of --out).' },
      compare: {
        value: 'text|json|csv|markdown',
        help: 'How to write the result (default text, or by the extension of --out). csv and markdown are for losses.',
      },
      models: textOrJson,
      'case-study': textOrJson,
      engine: textOrJson,
    },
  },
  out: {
    value: 'FILE',
    commands: [
      'scan',
      'similar',
      'track',
      'stats',
      'select',
      'map',
      'check',
      'verify',
      'suggest',
      'evaluate',
      'compare',
      'train',
      'case-study',
    ],
    help: 'Write the result to a file; it is replaced only when all of it is written.',
    differs: {
      train: { value: 'MODEL', help: 'The model file to write; an existing one is replaced only with --force.' },
      'case-study': { value: 'MODEL', help: 'Also write the model; an existing one is replaced only with --force.' },
    },
  },
  threads: {
    value: 'N',
    commands: [
      'scan',
      'similar',
      'track',
      'stats',
      'select',
      'map',
      'resplit',
      'check',
      'verify',
      'suggest',
      'train',
      'evaluate',
      'compare',
      'case-study',
      'engine',
    ],
    help: 'Threads to work with (default: one a core). The result is the same with any number.',
    differs: {
      train: { help: 'Threads to work with (default: what is fastest here). Only one gives the same model every time.' },
      'case-study': { help: 'Threads to work with (default: what is fastest here). Only one gives the same model every time.' },
      evaluate: { help: 'Threads to work with (default: what is fastest here).' },
      check: {
        help: 'Threads to work with (default: one a core). Only one, with a fixed --seed, gives nearly the same result every time.',
      },
      engine: { help: 'Threads to work with (default: one a core).' },
    },
  },
  'no-cache': {
    commands: reading.filter(name => name !== 'check' && name !== 'verify' && name !== 'suggest'),
    help: 'Keep nothing for the next scan, and use nothing of the last one.',
  },
  help: { short: 'h', commands: all, help: 'Explain a command.' },
} as const satisfies Record<string, OptionInfo>;

export type OptionName = keyof typeof optionTable;
export const optionNames = Object.keys(optionTable) as OptionName[];

/** An option as one command takes it; without a command, as most do. */
export function optionInfo(name: OptionName, command?: CommandName): OptionInfo {
  const info: OptionInfo = optionTable[name];
  // The same command by another name.
  const as = command === 'verify' ? 'check' : command;
  return { ...info, ...(as && info.differs?.[as]) };
}
