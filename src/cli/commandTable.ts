import { checks } from '../core/checks/checkKinds';

export interface CommandInfo {
  readonly usage: string;
  readonly summary: string;
  /** A command line to copy. */
  readonly example?: string;
}

/** The one table of commands: parsing, help and docs/CLI.md are made from it or checked against it. */
export const commandTable = {
  scan: { usage: 'scan DIR', summary: 'Find duplicates, split leaks, label conflicts and unreadable files below a folder.' },
  similar: { usage: 'similar IMAGE DIR', summary: 'List the images below a folder that are most like one image.' },
  track: {
    usage: 'track DIR --box X,Y,W,H',
    summary: 'Follow a box through a folder of numbered frames; save it as COCO or CSV boxes, and thin near-duplicate frames.',
    example: 'twinlint track frames --box 120,80,64,48 --out track.json --thin 0.3 --keep-list keep.txt',
  },
  stats: {
    usage: 'stats DIR',
    summary: 'Describe a data set in figures, as Markdown to paste in a README: classes, splits, findings, shortcuts.',
  },
  select: {
    usage: 'select DIR --count N',
    summary:
      'List images that stand for the whole data set: a diverse subset, or a random one; near-duplicates are not both in it.',
    example: 'twinlint select data --count 500 --diverse --per-class --out keep.txt',
  },
  map: {
    usage: 'map DIR',
    summary: 'Write a place on a plane for every image, near ones alike, as CSV: path, x, y, label, split.',
    example: 'twinlint map data --out map.csv',
  },
  resplit: {
    usage: 'resplit DIR',
    summary:
      'Deal images to train, val and test anew, by class; near-duplicates stay together. Shows what would change; --apply moves the files.',
    example: 'twinlint resplit data --train 0.8 --val 0.1 --test 0.1 --seed 1 --apply',
  },
  check: {
    usage: 'check CHECK DIR',
    summary: `Check what stands beside the images, with networks trained on your own files. Checks: ${Object.entries(checks)
      .map(([name, { description }]) => `${name} (${description})`)
      .join(', ')}.`,
    example: 'twinlint check captions data --seconds 120 --fail-on caption-mismatch',
  },
  suggest: {
    usage: 'suggest DIR --references REFDIR',
    summary:
      'Suggest labels for unlabeled images from a few references of each class, with a confidence; what is like none is unknown. --apply moves the files to class folders.',
    example: 'twinlint suggest inbox --references references --least-confidence 0.8 --format csv --out labels.csv',
  },
  verify: {
    usage: 'verify DIR',
    summary: 'Verify a folder of identities; the same as check identities.',
    example: 'twinlint verify signatures --save-references writers --fail-on identity-mismatch',
  },
  undo: {
    usage: 'undo DIR [ID]',
    summary: 'Take back the last action on files (or the one with that id), from here or from the editor.',
  },
  redo: { usage: 'redo DIR [ID]', summary: 'Do again what was undone last.' },
  history: { usage: 'history DIR', summary: 'List the actions on files, newest first.' },
  train: {
    usage: 'train DIR --out MODEL',
    summary: 'Train a model on the images below a folder: from their classes, from pairs, or from no labels at all.',
    example: 'twinlint train data --seconds 30 --out data/.twinlint/models/mine.twinlint',
  },
  evaluate: {
    usage: 'evaluate MODEL DIR',
    summary: 'Measure a model on the images below a folder: accuracy, ROC-AUC, precision, recall, reliability.',
  },
  compare: {
    usage: 'compare MODEL MODEL DIR',
    summary:
      'Compare two models (none: the built-in distance): on the same audits, and by how many findings each has that the other has not. Or, as "compare losses DIR", train one network with each of several losses and judge them on images that none has seen.',
    example: 'twinlint compare data/.twinlint/models/mine.twinlint none data',
  },
  export: {
    usage: 'export MODEL --onnx FILE',
    summary: 'Write a model’s encoder with its weights as an ONNX file, for other programs.',
  },
  models: { usage: 'models DIR', summary: 'List the models of a folder, those in DIR/.twinlint/models, newest first.' },
  'case-study': {
    usage: 'case-study fashion-mnist',
    summary: 'Train and judge the Siamese network of the book’s case study on Fashion-MNIST.',
    example: 'twinlint case-study fashion-mnist --recipe fast --seconds 30 --plot loss.svg',
  },
  engine: {
    usage: 'engine',
    summary: 'Say what the engine runs on here and why: decoder, runtimes, threads, cache folder; and how to get a faster one.',
  },
  help: { usage: 'help [COMMAND]', summary: 'Explain the commands and options.' },
  version: { usage: 'version', summary: 'Print the version.' },
} as const satisfies Record<string, CommandInfo>;

export type CommandName = keyof typeof commandTable;
export const commandInfo = (name: CommandName): CommandInfo => commandTable[name];
export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commandTable, name);
