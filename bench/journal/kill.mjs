// Random actions, undone and done again, in a process that is killed at random points: is every file what it is to be, each time?
//   node bench/journal/kill.mjs [--actions 10000] [--kills 500] [--seed 1] [--folder DIR] [--trash DIR-ON-ANOTHER-DISK] [--out FILE.json]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killRun } from '../../test/unit/workspace/support/killRun.mjs';

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string', default: os.tmpdir() },
    trash: { type: 'string' },
    out: { type: 'string' },
  },
});
const folder = await mkdtemp(path.join(values.folder, 'twinlint-kill-'));
const trashFolder = values.trash === undefined ? undefined : await mkdtemp(path.join(values.trash, 'twinlint-kill-'));
const startedMs = performance.now();
try {
  const result = await killRun({
    folder,
    count: Number(values.actions),
    kills: Number(values.kills),
    seed: Number(values.seed),
    ...(trashFolder && { trashFolder }),
    onProgress: text => process.stderr.isTTY && process.stderr.write(`\r${text}   `),
  });
  const report = {
    ...result,
    trash: trashFolder ? 'on another disk' : 'inside',
    seconds: Math.round((performance.now() - startedMs) / 1000),
  };
  console.log(JSON.stringify(report, undefined, 2));
  if (values.out) await writeFile(values.out, `${JSON.stringify(report, undefined, 2)}\n`);
  process.exitCode = result.wrong.length === 0 && result.leftOvers?.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  if (trashFolder) await rm(trashFolder, { recursive: true, force: true });
}
