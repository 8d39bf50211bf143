// What learning without labels brings to a scan of altered pictures, beside what needs no training:
//   node bench/engine/unlabeled.mjs --set NAME=DIR=TRUTH.json … --work DIR --packages DIR [--seeds 1,2,3] [--seconds 60] [--threads 2]
//     [--alterations a,b,…] [--only hashes,classic,starter,scratch,started] [--limit S] [--name KEY] [--out bench/results/unlabeled.json]
// Each set is a folder of pictures and altered copies of them; its truth file says { FILE: [picture, alteration] } (bench/near/README.md).
// The command line (build first) trains on the very folder, as a user would: `train --learn views` from nothing ("scratch") and from the
// starter ("started"), then `scan --model`. Rows: the hashes of bench/near/baselines.mjs; the scan without a model, without the starter
// ("classic") and with it; the scan with each model, and that model's distance alone. Mirrors count everywhere. Scans list all pairs up to
// the radius; each row is scored at its own best threshold of precision 0.99 (nearScore.mjs).
// What is there already in --work is kept; with --limit the program ends before it begins what may take longer than S seconds in all.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { machine } from '../near/bundle.mjs';
import { loadEngine } from './loadEngine.mjs';
import { readTruth, scoreFindings, scoreVectors } from './nearScore.mjs';

const option = { type: 'string' };
const { values } = parseArgs({
  options: {
    set: { type: 'string', multiple: true },
    ...Object.fromEntries(['work', 'packages', 'only', 'limit', 'out', 'alterations', 'cli', 'name'].map(name => [name, option])),
    seeds: { type: 'string', default: '1,2,3' },
    seconds: { type: 'string', default: '60' },
    threads: { type: 'string', default: '2' },
  },
});
if (!values.set || !values.work) {
  console.error('usage: unlabeled.mjs --set NAME=DIR=TRUTH.json … --work DIR [--packages DIR] [--seeds 1,2,3] [--seconds 60] …');
  process.exit(2);
}
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const near = path.join(root, 'bench/near');
const cli = values.cli ?? path.join(root, 'dist/cli.js');
const endsAt = performance.now() + Number(values.limit ?? Infinity) * 1000;
const only = new Set((values.only ?? 'hashes,classic,starter,scratch,started').split(','));
const out = values.out ?? path.join(root, 'bench/results/unlabeled.json');
const work = name => path.join(values.work, name);
fs.mkdirSync(values.work, { recursive: true });
sharp.cache(false);
sharp.concurrency(1);
const engine = await loadEngine(['modelScan/scanModel']);

const results = fs.existsSync(out) ? JSON.parse(fs.readFileSync(out, 'utf8')) : { sets: {} };
function keep(setName, row, score) {
  const set = (results.sets[setName] ??= { rows: {} });
  set.rows[row] = score;
  Object.assign(results, { date: new Date().toISOString().slice(0, 10), machine: machine() });
  fs.writeFileSync(out, JSON.stringify(results, null, 2) + '\n');
  const worst = Object.entries(score.perAlteration).filter(([, recall]) => recall < 0.98);
  console.log(setName, row, score.recall, worst.map(([kind, recall]) => `${kind} ${recall}`).join(', '));
}

/** Runs a program where its result is not there yet. @returns what it printed; undefined where it did not run for want of time */
function run(result, program, args) {
  if (fs.existsSync(result)) return '';
  if (performance.now() > endsAt) return undefined;
  const env = { ...process.env, XDG_CACHE_HOME: path.resolve(work('cache')) };
  return execFileSync(process.execPath, [program, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 }); // prettier-ignore
}
const findingsOf = file => JSON.parse(fs.readFileSync(file, 'utf8')).findings;

function rowOfScan(setName, row, truth, file, program, args) {
  if (run(file, program, args) === undefined) return;
  keep(setName, row, scoreFindings(findingsOf(file), truth));
}

/** The model's own distance for all pairs, nothing aligned; its embeddings have unit length, so that cosine orders as any. */
async function modelAlone(model, dir, truth) {
  const { width, height, embed, dispose } = await engine.loadScanModel(model);
  const names = Object.keys(truth).sort();
  const parts = [];
  for (let at = 0; at < names.length; at += 16) {
    const batch = names.slice(at, at + 16);
    const pixels = new Float32Array(batch.length * width * height * 3);
    for (const [i, name] of batch.entries()) {
      const image = sharp(path.join(dir, name)).rotate().flatten({ background: '#fff' });
      const bytes = await image.resize(width, height, { fit: 'fill' }).toColourspace('srgb').removeAlpha().raw().toBuffer();
      for (let k = 0; k < bytes.length; k++) pixels[i * bytes.length + k] = bytes[k] / 255;
    }
    parts.push(await embed(pixels));
  }
  await dispose();
  const vectors = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    vectors.set(part, at);
    at += part.length;
  }
  return scoreVectors(names, vectors, truth);
}

for (const given of values.set) {
  const [setName, dir, truthFile] = given.split('=');
  const truth = readTruth(truthFile);
  for (const method of only.has('hashes') ? ['sharp-phash', 'dhash'] : []) {
    const file = work(`${setName}-${method}.json`);
    const args = [dir, '--packages', values.packages, '--method', method, '--out', file];
    rowOfScan(setName, method, truth, file, path.join(near, 'baselines.mjs'), args);
  }
  for (const kind of ['classic', 'starter'].filter(each => only.has(each))) {
    const file = work(`${setName}-${kind}.json`);
    const args = [dir, '--mirrors', '--threads', values.threads, '--out', file, ...(kind === 'classic' ? ['--classic'] : [])];
    rowOfScan(setName, kind, truth, file, path.join(near, 'scan.mjs'), args);
  }
  for (const kind of ['scratch', 'started'].filter(each => only.has(each))) {
    for (const seed of values.seeds.split(',')) {
      const name = `${kind}${values.name ? `, ${values.name}` : ''}, seed ${seed}`;
      const base = work(`${setName}-${name.replaceAll(/\W+/g, '-')}`);
      const model = `${base}.twinlint`;
      const shared = [dir, '--labels', 'none', '--threads', values.threads];
      const learned = ['--learn', 'views', '--seconds', values.seconds, '--seed', seed, '--out', model, '--format', 'json'];
      const from = kind === 'started' ? ['--start-from', 'starter'] : [];
      const altered = values.alterations ? ['--alterations', values.alterations] : [];
      const trained = run(model, cli, ['train', ...shared, ...learned, ...from, ...altered]);
      if (trained === undefined) continue;
      if (trained !== '') fs.writeFileSync(`${base}.train.json`, trained);
      const { steps, threads } = JSON.parse(fs.readFileSync(`${base}.train.json`, 'utf8'));
      const file = `${base}.scan.json`;
      const scan = ['scan', ...shared, '--model', model, '--mirrors', '--threshold', '0.5', '--format', 'json', '--out', file];
      if (run(file, cli, scan) === undefined) continue;
      keep(setName, name, { ...scoreFindings(findingsOf(file), truth), seconds: Number(values.seconds), steps, threads });
      keep(setName, `${name}, model alone`, await modelAlone(model, dir, truth));
    }
  }
}
process.exit(0);
