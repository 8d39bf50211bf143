import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cacheFolder } from '../../../src/cli/cacheFolder';
import { parseCommandLine } from '../../../src/cli/commandLine';
import { helpText, optionsOf, optionSyntax } from '../../../src/cli/help';
import { commandTable, type CommandName } from '../../../src/cli/commandTable';
import { optionInfo, optionNames } from '../../../src/cli/optionTable';
import { failKindsOf, formatOf, neighboursOf, scanFormats, settingsOf, similarFormats } from '../../../src/cli/optionValues';
import { progressText, ProgressLine } from '../../../src/cli/progressLine';
import { durationText, trainText } from '../../../src/cli/trainProgress';
import { allFindingKinds } from '../../../src/core/findings/kinds';

const scan = (...args: string[]) => parseCommandLine(['scan', 'DIR', ...args]);
const settings = (...args: string[]) => settingsOf(scan(...args), '/data');

describe('parseCommandLine', () => {
  test('takes commands, folders and options in any order', () => {
    const line = parseCommandLine(['scan', '--mirrors', '--threshold=0.1', 'my dir', '--exclude', 'a/**', '--exclude', 'b']);
    expect(line.command).toBe('scan');
    expect(line.positionals).toEqual(['my dir']);
    expect(Object.fromEntries(line.options)).toEqual({ mirrors: [''], threshold: ['0.1'], exclude: ['a/**', 'b'] });
    expect(parseCommandLine(['similar', 'a', 'b', '-k', '3']).options.get('neighbours')).toEqual(['3']);
    expect(parseCommandLine(['scan', '--', '--odd']).positionals).toEqual(['--odd']);
  });

  test.each([
    [[], 'name a command; "twinlint help" lists them'],
    [['scna', 'x'], 'there is no command "scna"; did you mean scan?'],
    [['photos'], 'there is no command "photos"'],
    [['--mirrors', 'x'], 'name the command before its options, as in "twinlint scan DIR --mirrors"'],
    [['scan', '--treshold', '1'], 'scan has no option --treshold; did you mean --threshold?'],
    [['scan', '--qqqqqq'], 'scan has no option --qqqqqq'],
    [['scan', '-k', '3'], '-k is no option of scan, but of similar'],
    [['scan', '-z'], 'scan has no option -z'],
    [['scan', '--out'], '--out needs a value: FILE'],
    [['scan', '--out', '--mirrors'], '--out needs a value: FILE'],
    [['scan', '--out='], '--out needs a value: FILE'],
    [['scan', '--mirrors=yes'], '--mirrors is a switch and takes no value'],
    [['scan', '--out', 'a', '--out', 'b'], '--out is given twice'],
  ])('%j: %s', (args, message) => expect(() => parseCommandLine(args)).toThrow(message));

  test('help and version, in the ways that people ask for them', () => {
    expect(parseCommandLine(['--help']).command).toBe('help');
    expect(parseCommandLine(['scan', '-h'])).toMatchObject({ command: 'help', positionals: ['scan'] });
    for (const word of ['version', '--version', '-v']) expect(parseCommandLine([word]).command).toBe('version');
    expect(() => helpText('scna')).toThrow('did you mean scan?');
  });
});

describe('option values', () => {
  test('become settings; what is not given is left to the config file', () => {
    expect(settings()).toEqual({});
    expect(
      settings(
        '--labels',
        'none',
        '--threshold',
        '0.25',
        '--pairs',
        'across-folders',
        '--mirrors',
        '--turns',
        '--max-pixels',
        '1000',
      ),
    ).toEqual({ labels: 'none', threshold: 0.25, pairs: 'across-folders', mirrors: true, turns: true, maxPixels: 1000 });
    expect(settings('--splits', 'a=b/**=test', '--splits', 'x=train', '--splits', 'y=train').splits).toEqual({
      test: ['a=b/**'],
      train: ['x', 'y'],
    });
    expect(settings('--severity', 'near-duplicate=off', '--severity', 'split-leak=error').severity).toEqual({
      'near-duplicate': 'off',
      'split-leak': 'error',
    });
    expect(settings('--class-folders', 'a/*', '--class-folders', '!b').classFolders).toEqual(['a/*', '!b']);
    expect(settings('--threshold', 'auto').threshold).toBe('auto');
  });

  test.each([
    [['--threshold', '2'], '--threshold is "2", but must be auto or a number from 0 to 1'],
    [['--threshold', 'x'], '--threshold is "x"'],
    [['--threshold', '-1'], '--threshold is "-1"'],
    [['--pairs', 'across'], '--pairs is "across", but must be all, across-folders, within-folder; did you mean across-folders?'],
    [['--splits', 'test'], '--splits is "test", but must look like GLOB=NAME'],
    [['--splits', '=test'], '--splits is "=test"'],
    [['--severity', 'near-duplicates=off'], 'there is no kind of finding "near-duplicates"; did you mean near-duplicate?'],
    [['--severity', 'near-duplicate=hint'], '--severity near-duplicate is "hint", but must be error, warning, information, off'],
    [['--max-pixels', '1e9'], '--max-pixels is "1e9", but must be a whole number'],
    [['--labels', 'no-such.csv'], '--labels is "no-such.csv", but must be folders, none, sidecars, or a file'],
    [['--label-columns', 'path'], '--label-columns is "path", but must look like path=image,label=breed'],
    [
      ['--label-columns', 'label=x,pat=y'],
      'a field of --label-columns is "pat", but must be path, label, split, identity; did you mean',
    ],
  ])('%j: %s', (args, message) => expect(() => settings(...args)).toThrow(message));

  test('models, kinds to fail on, formats, neighbours', () => {
    expect([settings('--model', 'auto'), settings('--model', 'none')]).toEqual([{ model: 'auto' }, { model: 'none' }]);
    expect(() => settings('--model', 'my.twinlint')).toThrow('--model is "my.twinlint", but must be auto, none, or a model file');
    expect(failKindsOf(scan('--fail-on', 'split-leak, exact-duplicate').options)).toEqual(['split-leak', 'exact-duplicate']);
    expect(failKindsOf(scan('--fail-on', 'any').options)).toEqual(allFindingKinds);
    expect(() => failKindsOf(scan('--fail-on', 'leak').options)).toThrow('no kind of finding "leak"');
    expect(formatOf(scan().options, scanFormats)).toBe('text');
    expect(formatOf(scan('--out', 'x/y.SARIF').options, scanFormats)).toBe('sarif');
    expect(formatOf(scan('--out', 'x.sarif', '--format', 'csv').options, scanFormats)).toBe('csv');
    expect(formatOf(scan('--out', 'x.sarif').options, similarFormats)).toBe('text');
    expect(() => formatOf(scan('--format', 'jsn').options, scanFormats)).toThrow('did you mean json?');
    const k = (...args: string[]) => neighboursOf(parseCommandLine(['similar', ...args]).options);
    expect([k(), k('-k5'), k('--neighbours', '7')]).toEqual([10, 5, 7]);
    expect(() => k('-k', '0')).toThrow('--neighbours is "0"');
  });
});

describe('docs/CLI.md and help are the table', () => {
  const docs = readFileSync(new URL('../../../docs/CLI.md', import.meta.url), 'utf8');
  /** The lines under a command's heading. */
  const sectionOf = (command: CommandName) => {
    const [, after] = docs.split(`\n## twinlint ${commandTable[command].usage}\n`);
    return (after ?? '').split('\n## ')[0].split('\n');
  };
  const commands = Object.keys(commandTable) as CommandName[];

  test.each(commands.filter(name => optionsOf(name).length > 1))('%s', command => {
    const rows = sectionOf(command).map(line => line.split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|')));
    const documented = rows.filter(row => row[1]?.startsWith('`')).map(row => [row[1], row[2]]);
    const options = optionsOf(command).filter(name => name !== 'help');
    expect(documented).toEqual(options.map(name => [`\`${optionSyntax(name, command)}\``, optionInfo(name, command).help]));
    for (const name of options) expect(helpText(command)).toContain(optionSyntax(name, command));
  });

  test('nothing else is documented', () => {
    const named = new Set([...docs.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(match => match[1]));
    expect([...named].filter(name => !(optionNames as string[]).includes(name))).toEqual([]);
    for (const command of commands) {
      expect(docs).toContain(`twinlint ${commandTable[command].usage}`);
      if (optionsOf(command).length > 1) {
        expect(docs).toContain(`## twinlint ${commandTable[command].usage}\n\n${commandTable[command].summary}`);
      }
    }
  });
});

describe('the line of a training', () => {
  const point = { step: 9, elapsedMs: 90, loss: 0.012345, pairAccuracy: 0.9, learningRate: 1e-3 };

  test('has loss, accuracy and time left, of held-back images where they were judged', () => {
    const progress = { phase: 'train', share: 0.421, etaMs: 17_600, points: [point] } as const;
    expect(trainText(progress)).toBe('Training  42 %  loss 0.0123  accuracy 90.0 %  18 s left');
    const validation = { loss: 0.2, accuracy: 0.8765, rocAuc: 0.9 };
    expect(trainText({ ...progress, points: [{ ...point, validation }] })).toBe(
      'Training  42 %  loss 0.0123  val 0.200  accuracy 87.6 %  18 s left',
    );
    expect(trainText({ phase: 'read', share: 0.5, etaMs: 61_000, points: [] })).toBe('Reading images  50 %  1 min 01 s left');
    expect(trainText({ phase: 'compile', share: 0, points: [] })).toBe('Compiling the network');
  });

  test('times are told as people do', () => {
    expect([400, 59_400, 60_000, 3_599_000, 3_600_000, 7_530_000].map(durationText)).toEqual([
      '1 s',
      '59 s',
      '1 min 00 s',
      '59 min 59 s',
      '1 h 00 min',
      '2 h 05 min',
    ]);
  });

  test('is cut to the terminal, so that it can be written over', () => {
    let written = '';
    new ProgressLine({ isTTY: true, columns: 30, write: text => (written += text) }).showText('x'.repeat(80));
    expect(written).toBe(`\r\u001b[K${'x'.repeat(29)}`);
  });
});

test('the cache lies where the system keeps caches', () => {
  expect(cacheFolder('linux', { XDG_CACHE_HOME: '/x' }, '/home/me')).toBe('/x/twinlint');
  expect(cacheFolder('linux', { XDG_CACHE_HOME: 'relative' }, '/home/me')).toBe('/home/me/.cache/twinlint');
  expect(cacheFolder('darwin', {}, '/Users/me')).toBe('/Users/me/Library/Caches/twinlint');
  expect(cacheFolder('win32', { LOCALAPPDATA: '/L' }, '/u')).toMatch(/L.twinlint.Cache$/);
});

test('progress is one line on a terminal, and nothing elsewhere', () => {
  expect(progressText({ phase: 'decode', done: 5, total: 9, etaMs: 1800 })).toBe('Reading images: 5 of 9, about 2 s left');
  expect(progressText({ phase: 'count', done: 5, total: 0 })).toBe('Counting images: 5');
  expect(progressText({ phase: 'rescore', done: 1, total: 3 })).toBe('Measuring pairs: 33 %');
  for (const isTTY of [true, false]) {
    let written = '';
    const line = new ProgressLine({ isTTY, write: text => (written += text) });
    line.show({ phase: 'count', done: 1, total: 0 });
    line.clear();
    expect(written).toBe(isTTY ? '\r\u001b[KCounting images: 1\r\u001b[K' : '');
  }
});
