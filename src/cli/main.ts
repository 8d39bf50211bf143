#!/usr/bin/env node
/** The command line: the same engine process as the editor's, without the editor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interruption } from './interruption';
import { ProgressLine } from './progressLine';
import { run } from './run';

/** dist/ lies beside package.json, in the repository and in the package. */
const readVersion = (): string =>
  (JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { readonly version: string }).version;

async function main(): Promise<void> {
  const { stdout, stderr, env } = process;
  stderr.on('error', () => {});
  const log = (line: string) => stderr.write(`${line}\n`);
  process.exitCode = await run(process.argv.slice(2), {
    version: readVersion(),
    enginePath: join(__dirname, 'engine.js'),
    stdout,
    stderr,
    colours: !env.NO_COLOR && env.TERM !== 'dumb',
    progress: new ProgressLine(stderr),
    interruption: new Interruption(),
    ...(env.TWINLINT_LOG && { log }),
  });
}

void main();
