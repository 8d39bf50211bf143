import { didYouMean } from './nearest';
import { commandInfo, commandTable, isCommandName, type CommandName } from './commandTable';
import { optionInfo, optionNames, type OptionName } from './optionTable';
import { UsageError } from './usageError';

/** How an option is written: `-k, --neighbours N`. */
export function optionSyntax(name: OptionName, command: CommandName): string {
  const { short, value, many } = optionInfo(name, command);
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}${many ? ' …' : ''}`;
}

export const optionsOf = (command: CommandName): OptionName[] =>
  optionNames.filter(name => optionInfo(name).commands.includes(command));

const wrap = (text: string, indent: string, columns = 100): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line += (line === '' ? '' : ' ') + word;
  }
  return [...lines, indent + line].join('\n');
};

const exitText =
  'Exit code: 0 clean or not asked to fail, 1 findings named in --fail-on, 2 usage or input error, 70 internal error, 130 interrupted.';

/** The help text, of all commands or of one. @throws {UsageError} where there is no such command. */
export function helpText(topic: string | undefined): string {
  if (topic === undefined) {
    const width = Math.max(...Object.values(commandTable).map(({ usage }) => usage.length)) + 1;
    const commands = Object.values(commandTable).map(({ usage, summary }) => `  twinlint ${usage.padEnd(width)} ${summary}\n`);
    return `Twinlint finds duplicates, split leaks and wrong labels in image data sets, with models trained on your own images.\n\n${commands.join('')}\n"twinlint help scan" lists the options of scan.\n${wrap(exitText, '')}\n`;
  }
  if (!isCommandName(topic)) {
    throw new UsageError(`there is no command ${JSON.stringify(topic)}${didYouMean(topic, Object.keys(commandTable))}`);
  }
  const { usage, summary, example } = commandInfo(topic);
  const options = optionsOf(topic).map(
    name => `  ${optionSyntax(name, topic)}\n${wrap(optionInfo(name, topic).help, '      ')}\n`,
  );
  const config =
    topic === 'scan' || topic === 'train' || topic === 'evaluate'
      ? `\n${wrap('What is not given here is taken from DIR/.twinlint/config.json; verdicts from DIR/.twinlint/verdicts.', '')}\n`
      : '';
  return `twinlint ${usage}${options.length > 1 ? ' [OPTIONS]' : ''}\n\n${summary}\n\n${options.join('')}${config}${example ? `\nExample: ${example}\n` : ''}`;
}
