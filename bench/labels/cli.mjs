/**
 * The whole way, as a person goes it: class folders with wrong labels, `twinlint scan --label-scores`, and a judge from outside that reads the
 * scores. The judge's programs are not part of this repository: MAKE writes N images into class folders and the truth beside them, SCORE prints
 * the average precision of a scores file as JSON.
 *
 *   node bench/labels/cli.mjs --make MAKE --score SCORE --data FOLDER [--images 60000] [--noise confusable] [--rate 0.05] [--seed 1]
 *     [--cli dist/cli.js] [--work FOLDER] [-- more options of scan]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    make: { type: 'string' },
    score: { type: 'string' },
    data: { type: 'string' },
    images: { type: 'string', default: '60000' },
    noise: { type: 'string', default: 'confusable' },
    rate: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    cli: { type: 'string', default: 'dist/cli.js' },
    work: { type: 'string', default: path.join(tmpdir(), 'twinlint-labels') },
  },
});
const { make, score, data, images, noise, rate, seed, cli, work } = options;
if (!make || !score || !data) throw new Error('Name --make, --score and --data.');
const run = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || stdout}`);
  return stdout.trim();
};
mkdirSync(work, { recursive: true });
const folder = path.join(work, `${noise}-${images}-${rate}-${seed}`);
if (!existsSync(`${folder}.truth.json`)) run(make, data, folder, images, '--noise', noise, '--rate', rate, '--seed', seed);
const scores = `${folder}.csv`;
const started = performance.now();
const report = run(cli, 'scan', folder, '--no-cache', '--label-scores', scores, '--format', 'text', ...positionals);
const seconds = (performance.now() - started) / 1000;
console.log(report.split('\n').slice(-6).join('\n'));
console.log(
  JSON.stringify({
    noise,
    rate: +rate,
    seed: +seed,
    seconds: +seconds.toFixed(1),
    ...JSON.parse(run(score, `${folder}.truth.json`, scores)),
  }),
);
