/**
 * Writes the list of commands and the tables of options in docs/CLI.md from the command line's own table; the prose between them stays.
 *
 *   node scripts/cliDocs.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}docs/CLI.md`;

const { outputFiles } = await build({
  stdin: {
    contents: ['help', 'commandTable', 'optionTable'].map(name => `export * from './src/cli/${name}';`).join('\n'),
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const { commandTable, optionInfo, optionsOf, optionSyntax } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

const cell = text => text.replaceAll('|', '\\|');

/** @param {string} command */
function tableOf(command) {
  const rows = optionsOf(command)
    .filter(name => name !== 'help')
    .map(name => `| \`${cell(optionSyntax(name, command))}\` | ${cell(optionInfo(name, command).help)} |\n`);
  return rows.length === 0 ? '' : `| Option | Meaning |\n| --- | --- |\n${rows.join('')}\n`;
}

let text = readFileSync(file, 'utf8');
const usages = Object.values(commandTable).map(({ usage }) => `twinlint ${usage}\n`);
text = text.replace(/```\n(twinlint [^\n]*\n)+```/, `\`\`\`\n${usages.join('')}\`\`\``);
for (const [command, { usage, summary }] of Object.entries(commandTable)) {
  if (optionsOf(command).length < 2) continue;
  const heading = `## twinlint ${usage}\n`;
  const at = text.indexOf(heading);
  if (at < 0) throw new Error(`docs/CLI.md has no heading "${heading.trim()}".`);
  const end = text.indexOf('\n## ', at) + 1 || text.length;
  const prose = text
    .slice(at + heading.length, end)
    .trimStart()
    .replace(/^[^\n]*\n+/, '')
    .replace(/^(\|[^\n]*\n)*\n*/, '');
  text = `${text.slice(0, at)}${heading}\n${summary}\n\n${tableOf(command)}${prose}${text.slice(end)}`;
}
writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
