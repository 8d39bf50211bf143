// Every near-duplicate table of docs/DESCRIPTOR.md, from public pictures:
//   node bench/near/run.mjs --data DIR --judge DIR --stamps DIR --packages DIR --work DIR [--only photos,drawings,…] [--threads N]
// --data: made by prepareData.mjs; --judge: a folder with make-near.mjs and score-near.mjs; --stamps: tuxpaint's stamps (crowd);
// --packages: a node_modules with sharp-phash and imghash; --work: scratch space (about 2 GB). Sets and signatures that are there
// already are kept: remove NAME.signatures after a change of the descriptor or the starter. Parts: photos, drawings, untuned, crowd,
// crowd-mirrors, strangers. Results are written to bench/results/near-*.json.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './bundle.mjs';

const option = { type: 'string' };
const { values } = parseArgs({
  options: {
    data: option,
    judge: option,
    stamps: option,
    packages: option,
    work: option,
    only: option,
    threads: { type: 'string', default: '2' },
  },
});
if (!values.data || !values.judge || !values.stamps || !values.packages || !values.work) {
  console.error(
    'usage: run.mjs --data DIR --judge DIR --stamps DIR --packages DIR --work DIR [--only photos,drawings,…] [--threads N]',
  );
  process.exit(2);
}
const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
const only = new Set((values.only ?? 'photos,drawings,untuned,crowd,crowd-mirrors,strangers').split(','));
fs.mkdirSync(values.work, { recursive: true });
fs.mkdirSync(path.join(root, 'bench/results'), { recursive: true });

/** Runs a script, shows what it says and returns its last line. */
function run(script, ...args) {
  const output = execFileSync(process.execPath, [script, ...args], {
    env: { ...process.env, TOOLS: root },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  process.stdout.write(output);
  return output.trim();
}
const data = name => path.join(values.data, name);
const work = name => path.join(values.work, name);

function makeSet(name, source, count, ...args) {
  const made = fs.existsSync(`${work(name)}.truth.json`);
  if (!made) run(path.join(values.judge, 'make-near.mjs'), data(source), work(name), String(count), ...args);
  const truth = JSON.parse(fs.readFileSync(`${work(name)}.truth.json`, 'utf8'));
  return { pictures: new Set(Object.values(truth).map(([id]) => id)).size, files: Object.keys(truth).length };
}

function score(set, scan, ...args) {
  const lines = run(path.join(values.judge, 'score-near.mjs'), `${work(set)}.truth.json`, scan, ...args).split('\n');
  const perAlteration = {};
  for (const [, name, rate] of lines.at(-2).matchAll(/(\S+) (\d\.\d+)/g)) perAlteration[name] = Number(rate);
  return { ...JSON.parse(lines.at(-1)), perAlteration };
}

function scan(folder, out, ...args) {
  const kept = work(`${path.basename(folder)}.signatures`);
  const lines = run(
    path.join(here, 'scan.mjs'),
    folder,
    '--out',
    out,
    '--signatures',
    kept,
    '--threads',
    values.threads,
    ...args,
  );
  return JSON.parse(lines.split('\n').at(-1));
}

function save(name, result) {
  const file = path.join(root, 'bench/results', `near-${name}.json`);
  const whole = { date: new Date().toISOString().slice(0, 10), machine: machine(), ...result };
  fs.writeFileSync(file, JSON.stringify(whole, null, 2) + '\n');
}

/** Recall of each alteration, and false pairs, among the findings under the default threshold. */
function atDefault(set, scanFile, threshold) {
  const truth = JSON.parse(fs.readFileSync(`${work(set)}.truth.json`, 'utf8'));
  const total = {};
  for (const [, kind] of Object.values(truth)) if (kind !== 'orig') total[kind] = (total[kind] ?? 0) + 1;
  const found = new Map();
  const result = { falsePairs: 0, falseIdentityPairs: 0, crowdPairs: 0 };
  const identities = new Set();
  for (const { path: a, related } of JSON.parse(fs.readFileSync(scanFile, 'utf8')).findings) {
    const [{ path: b, distance }] = related;
    if (distance > threshold) continue;
    const [ta, tb] = [truth[a], truth[b]];
    if (!ta && !tb) result.crowdPairs++;
    else if (ta && tb && ta[0] === tb[0]) {
      if (ta[1] === 'orig') found.set(b, tb[1]);
      if (tb[1] === 'orig') found.set(a, ta[1]);
    } else {
      result.falsePairs++;
      identities.add([ta?.[0] ?? a, tb?.[0] ?? b].sort().join());
    }
  }
  result.falseIdentityPairs = identities.size;
  const recall = {};
  for (const kind of Object.keys(total)) {
    recall[kind] = Number(([...found.values()].filter(k => k === kind).length / total[kind]).toFixed(3));
  }
  return { threshold, recall, ...result };
}

/** A set scanned without and with mirrors, and by the other methods. */
function compareMethods(name, source, count, seed) {
  const set = makeSet(name, source, count, '--seed', seed);
  const plain = scan(work(name), work(`${name}.scan.json`));
  const mirrored = scan(work(name), work(`${name}-mirrors.scan.json`), '--mirrors');
  const rows = {
    'without mirrors': score(name, work(`${name}.scan.json`)),
    'with mirrors': score(name, work(`${name}-mirrors.scan.json`), '--mirror'),
  };
  for (const method of ['sharp-phash', 'imghash', 'dhash']) {
    const out = work(`${name}-${method}.scan.json`);
    run(path.join(here, 'baselines.mjs'), work(name), '--packages', values.packages, '--method', method, '--out', out);
    rows[method] = score(name, out);
    rows[`${method}, mirrors counted`] = score(name, out, '--mirror');
  }
  const atDefaultThreshold = {
    'without mirrors': atDefault(name, work(`${name}.scan.json`), plain.defaultThreshold),
    'with mirrors': atDefault(name, work(`${name}-mirrors.scan.json`), mirrored.defaultThreshold),
  };
  save(name, { set, scan: plain, scanWithMirrors: mirrored, rows, atDefaultThreshold });
}

if (only.has('photos')) compareMethods('photos', 'tiles', 400, '11');
if (only.has('drawings')) compareMethods('drawings', 'drawings', 300, '41');
if (only.has('untuned')) {
  const set = makeSet('untuned', 'tiles', 300, '--seed', '31', '--alter', path.join(here, 'alterUntuned.mjs'));
  const result = scan(work('untuned'), work('untuned.scan.json'), '--mirrors');
  const rows = { 'Twinlint, mirrors on': score('untuned', work('untuned.scan.json')) };
  for (const method of ['sharp-phash', 'imghash', 'dhash']) {
    const out = work(`untuned-${method}.scan.json`);
    run(path.join(here, 'baselines.mjs'), work('untuned'), '--packages', values.packages, '--method', method, '--out', out);
    rows[method] = score('untuned', out);
  }
  save('untuned', { set, scan: result, rows });
}
for (const part of ['crowd', 'crowd-mirrors']) {
  if (!only.has(part)) continue;
  const crowd = ['fashion-test', 'fashion-crowd', 'mnist', 'emoji', 'tiles'].map(data).concat(values.stamps);
  const set = makeSet('crowd', 'tiles', 300, '--copies', '2', '--seed', '21', ...crowd.flatMap(dir => ['--crowd', dir]));
  const [out, mirrors] = [work(`${part}.scan.json`), part === 'crowd-mirrors'];
  const result = scan(work('crowd'), out, ...(mirrors ? ['--mirrors'] : []));
  save(part, {
    set,
    scan: result,
    atDefaultThreshold: atDefault('crowd', out, result.defaultThreshold),
    score: score('crowd', out, ...(mirrors ? ['--mirror'] : [])),
  });
}
if (only.has('strangers')) {
  const sets = {};
  for (const name of ['mnist', 'fashion-test']) {
    sets[name] = scan(data(name), work(`${name}.scan.json`), '--threshold', 'auto');
  }
  save('strangers', { sets });
}
