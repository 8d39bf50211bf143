import { parseArgs } from 'node:util';
import { didYouMean } from './nearest';
import { commandTable, isCommandName, type CommandName } from './commandTable';
import { optionInfo, optionNames, type OptionName } from './optionTable';
import { UsageError } from './usageError';

/** A command line, taken apart; values are not looked into yet. */
export interface CommandLine {
  readonly command: CommandName;
  readonly positionals: readonly string[];
  /** Every value given, in order; a switch has one empty string. */
  readonly options: ReadonlyMap<OptionName, readonly string[]>;
}

/** The options as node:util's parseArgs takes them. */
const parseConfig = Object.fromEntries(
  optionNames.map(name => {
    const { value, short } = optionInfo(name);
    return [name, { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short && { short }) }];
  }),
);

const isOptionName = (name: string): name is OptionName => (optionNames as string[]).includes(name);

/** @throws {UsageError} naming what is wrong with it and, where one is near, what was meant. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const [first, ...rest] = args;
  if (first === undefined) throw new UsageError('name a command; "twinlint help" lists them');
  if (first === '--version' || first === '-v' || first === '-V') {
    return { command: 'version', positionals: [], options: new Map() };
  }
  if (first === '--help' || first === '-h') return { command: 'help', positionals: rest, options: new Map() };
  if (!isCommandName(first)) {
    if (first.startsWith('-')) throw new UsageError(`name the command before its options, as in "twinlint scan DIR ${first}"`);
    throw new UsageError(`there is no command ${quote(first)}${didYouMean(first, Object.keys(commandTable))}`);
  }
  const { tokens } = parseArgs({ args: [...rest], options: parseConfig, allowPositionals: true, strict: false, tokens: true });
  const positionals: string[] = [];
  const options = new Map<OptionName, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') takeOption(first, token, options);
  }
  if (options.has('help')) return { command: 'help', positionals: [first], options: new Map() };
  return { command: first, positionals, options };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function takeOption(command: CommandName, token: OptionToken, options: Map<OptionName, string[]>): void {
  const { name, rawName } = token;
  const own = optionNames.filter(each => optionInfo(each).commands.includes(command));
  if (!isOptionName(name)) {
    throw new UsageError(`${command} has no option ${rawName}${name.length > 1 ? didYouMean(name, own, '--') : ''}`);
  }
  const { value, many, commands } = optionInfo(name, command);
  if (!commands.includes(command)) throw new UsageError(`${rawName} is no option of ${command}, but of ${commands.join(', ')}`);
  if (value === undefined && token.value !== undefined) throw new UsageError(`${rawName} is a switch and takes no value`);
  if (value !== undefined) {
    const missing = token.value === undefined || (!token.inlineValue && /^-[^\d.]/.test(token.value));
    if (missing || token.value === '') throw new UsageError(`${rawName} needs a value: ${value}`);
  }
  const given = options.get(name);
  if (given === undefined) options.set(name, [token.value ?? '']);
  else if (many) given.push(token.value ?? '');
  else if (value !== undefined) throw new UsageError(`${rawName} is given twice`);
}

export const quote = (text: string): string => JSON.stringify(text);
