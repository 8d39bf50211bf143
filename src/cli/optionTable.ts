import { allFindingKinds } from '../core/findings/kinds';

export const commandTable = {
  scan: { usage: 'scan DIR', summary: 'Find duplicates, split leaks, label conflicts and unreadable files below a folder.' },
  similar: { usage: 'similar IMAGE DIR', summary: 'List the images below a folder that are most like one image.' },
  engine: { usage: 'engine', summary: 'Say what the engine runs on here: decoder, runtime, threads, cache folder.' },
  help: { usage: 'help [COMMAND]', summary: 'Explain the commands and options.' },
  version: { usage: 'version', summary: 'Print the version.' },
} as const satisfies Record<string, { readonly usage: string; readonly summary: string }>;

export type CommandName = keyof typeof commandTable;
export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commandTable, name);

export interface OptionInfo {
  /** One letter after a single dash. */
  readonly short?: string;
  /** What stands behind it; absent for a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: true;
  readonly commands: readonly CommandName[];
  readonly help: string;
}

const searching: readonly CommandName[] = ['scan', 'similar'];

/** The one table of options: parsing, help and docs/CLI.md are made from it or checked against it. */
export const optionTable = {
  labels: {
    value: 'folders|none|FILE.csv',
    commands: ['scan'],
    help: 'Where classes come from: folders (the default), nowhere, or a CSV file below DIR with the columns path and label.',
  },
  'class-folders': {
    value: 'GLOB',
    many: true,
    commands: ['scan'],
    help: 'Folders that are classes, instead of the rule that finds them; with ! before it, folders that are none.',
  },
  splits: {
    value: 'GLOB=NAME',
    many: true,
    commands: ['scan'],
    help: 'Paths that belong to a split, instead of folders named train, val, valid, validation and test.',
  },
  model: {
    value: 'auto|none|FILE',
    commands: ['scan'],
    help: 'The model to compare with. There are none yet: auto and none both use the built-in descriptor.',
  },
  threshold: {
    value: 'auto|X',
    commands: ['scan'],
    help: 'The distance up to which a pair is a finding, 0 to 1. auto (the default): from the data set’s own non-duplicates.',
  },
  against: {
    value: 'DIR2',
    commands: ['scan'],
    help: 'Also compare DIR with a reference folder, which is neither compared with itself nor ever to be changed.',
  },
  pairs: {
    value: 'all|across-folders|within-folder',
    commands: ['scan'],
    help: 'Which images are compared, by the folder that holds them directly.',
  },
  mirrors: { commands: searching, help: 'Also find mirrored twins.' },
  turns: { commands: searching, help: 'Also find twins turned by 90°, 180° or 270°.' },
  exclude: {
    value: 'GLOB',
    many: true,
    commands: searching,
    help: 'Paths below DIR that are left out, beside those in .twinlintignore.',
  },
  'max-pixels': {
    value: 'N',
    commands: searching,
    help: 'Refuse pictures with more pixels (default 268402689); a decompression bomb would take all memory.',
  },
  severity: {
    value: 'KIND=LEVEL',
    many: true,
    commands: ['scan'],
    help: `How bad a kind of finding is: error, warning, information or off. Kinds: ${allFindingKinds.join(', ')}.`,
  },
  'fail-on': {
    value: 'KIND,…|any',
    commands: ['scan'],
    help: 'End with exit code 1 if there are findings of these kinds.',
  },
  neighbours: { short: 'k', value: 'N', commands: ['similar'], help: 'How many images to list (default 10).' },
  format: {
    value: 'text|json|sarif|csv|html',
    commands: searching,
    help: 'How to write the result (default text, or by the extension of --out). similar writes text, json or csv.',
  },
  out: { value: 'FILE', commands: searching, help: 'Write the result to a file; it is replaced only when all of it is written.' },
  threads: {
    value: 'N',
    commands: ['scan', 'similar', 'engine'],
    help: 'Threads to work with (default: one a core). The result is the same with any number.',
  },
  'no-cache': { commands: searching, help: 'Keep nothing for the next scan, and use nothing of the last one.' },
  help: { short: 'h', commands: ['scan', 'similar', 'engine', 'help', 'version'], help: 'Explain a command.' },
} as const satisfies Record<string, OptionInfo>;

export type OptionName = keyof typeof optionTable;
export const optionNames = Object.keys(optionTable) as OptionName[];
export const optionInfo = (name: OptionName): OptionInfo => optionTable[name];
