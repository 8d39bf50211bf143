// Every near-duplicate table of docs/DESCRIPTOR.md, from public pictures:
//   node bench/near/run.mjs --data DIR --judge DIR --stamps DIR --packages DIR --work DIR [--only photos,untuned,crowd,strangers]
// --data: made by prepareData.mjs; --judge: a folder with make-near.mjs and score-near.mjs; --stamps: tuxpaint's stamps (crowd);
// --packages: a node_modules with sharp-phash and imghash; --work: scratch space (about 2 GB). Sets that are there already are
// kept. Results are written to bench/results/near-*.json.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './bundle.mjs';

const option = { type: 'string' };
const { values } = parseArgs({
  options: { data: option, judge: option, stamps: option, packages: option, work: option, only: option },
});
if (!values.data || !values.judge || !values.stamps || !values.packages || !values.work) {
  console.error(
    'usage: run.mjs --data DIR --judge DIR --stamps DIR --packages DIR --work DIR [--only photos,untuned,crowd,strangers]',
  );
  process.exit(2);
}
const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
const only = new Set((values.only ?? 'photos,untuned,crowd,strangers').split(','));
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

function makeSet(name, count, ...args) {
  const made = fs.existsSync(`${work(name)}.truth.json`);
  if (!made) run(path.join(values.judge, 'make-near.mjs'), data('tiles'), work(name), String(count), ...args);
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
  return JSON.parse(
    run(path.join(here, 'scan.mjs'), folder, '--out', out, ...args)
      .split('\n')
      .at(-1),
  );
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

if (only.has('photos')) {
  const set = makeSet('photos', 400, '--seed', '11');
  const plain = scan(work('photos'), work('photos.scan.json'));
  const mirrored = scan(work('photos'), work('photos-mirrors.scan.json'), '--mirrors');
  const rows = {
    'without mirrors': score('photos', work('photos.scan.json')),
    'with mirrors': score('photos', work('photos-mirrors.scan.json'), '--mirror'),
  };
  for (const method of ['sharp-phash', 'imghash', 'dhash']) {
    const out = work(`photos-${method}.scan.json`);
    run(path.join(here, 'baselines.mjs'), work('photos'), '--packages', values.packages, '--method', method, '--out', out);
    rows[method] = score('photos', out);
    rows[`${method}, mirrors counted`] = score('photos', out, '--mirror');
  }
  const byDefault = atDefault('photos', work('photos-mirrors.scan.json'), mirrored.defaultThreshold);
  save('photos', { set, scan: plain, scanWithMirrors: mirrored, rows, atDefaultThreshold: byDefault });
}
if (only.has('untuned')) {
  const set = makeSet('untuned', 300, '--seed', '31', '--alter', path.join(here, 'alterUntuned.mjs'));
  const result = scan(work('untuned'), work('untuned.scan.json'), '--mirrors');
  const rows = { 'Twinlint, mirrors on': score('untuned', work('untuned.scan.json')) };
  for (const method of ['sharp-phash', 'imghash', 'dhash']) {
    const out = work(`untuned-${method}.scan.json`);
    run(path.join(here, 'baselines.mjs'), work('untuned'), '--packages', values.packages, '--method', method, '--out', out);
    rows[method] = score('untuned', out);
  }
  save('untuned', { set, scan: result, rows });
}
if (only.has('crowd')) {
  const crowd = ['fashion-test', 'fashion-crowd', 'mnist', 'emoji', 'tiles'].map(data).concat(values.stamps);
  const set = makeSet('crowd', 300, '--copies', '2', '--seed', '21', ...crowd.flatMap(dir => ['--crowd', dir]));
  const result = scan(work('crowd'), work('crowd.scan.json'));
  const mirrored = scan(work('crowd'), work('crowd-mirrors.scan.json'), '--mirrors');
  save('crowd', {
    set,
    scan: result,
    scanWithMirrors: mirrored,
    atDefaultThreshold: atDefault('crowd', work('crowd.scan.json'), result.defaultThreshold),
    atDefaultThresholdWithMirrors: atDefault('crowd', work('crowd-mirrors.scan.json'), mirrored.defaultThreshold),
    score: score('crowd', work('crowd.scan.json')),
  });
}
if (only.has('strangers')) {
  const sets = {};
  for (const name of ['mnist', 'fashion-test']) {
    sets[name] = scan(data(name), work(`${name}.scan.json`), '--threshold', 'auto');
  }
  save('strangers', { sets });
}
