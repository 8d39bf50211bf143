// A scan of 50,000 images: peak memory of the engine (threads included, they share its process) and of the host beside it, the time
// of the self-join, and how long questions about 200,000 pairs take.
//   node bench/scan/memory.mjs --cache DIR [--images 50000] [--crowd 7000] [--out FILE.json]
// The images are drawings; every tenth has a smaller copy, and a crowd in families of 60 makes some 200,000 pairs.
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, load } from './bundle.mjs';
import { makeDrawings } from './makeFiles.mjs';

const { values } = parseArgs({
  options: {
    cache: { type: 'string' },
    images: { type: 'string', default: '50000' },
    crowd: { type: 'string', default: '7000' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    out: { type: 'string' },
    makeOnly: { type: 'boolean' },
  },
});
if (!values.cache) {
  console.error('usage: memory.mjs --cache DIR (see the head of this file)');
  process.exit(2);
}
const count = Number(values.images);
const crowd = Number(values.crowd);
const folder = path.join(values.cache, `drawings-${count}-${crowd}`);
if (values.makeOnly) {
  await makeDrawings(folder, count, crowd);
  process.exit(0);
}
// In a process of its own, so that this one stands for a host that does nothing but ask.
execFileSync(process.execPath, [...process.argv.slice(1), '--makeOnly'], { stdio: 'inherit' });

const {
  client: clientModule,
  protocol,
  settings,
} = await load('client', {
  client: 'src/client/engineClient.ts',
  protocol: 'src/protocol/engine.ts',
  settings: 'src/core/settings/scanSettings.ts',
});
const cacheDir = path.join(values.cache, `engine-cache-${Date.now()}`);
const client = new clientModule.EngineClient({
  enginePath: await buildEngine(),
  initialize: { cacheDir, threads: Number(values.threads) },
  log: line => console.error(line),
});

/** The most memory that a process ever held, as the system counted. */
async function peakBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const peak = /VmHWM:\s+(\d+) kB/.exec(status);
  return peak ? Number(peak[1]) * 1024 : undefined;
}
let phases = {};
let phase;
let since = performance.now();
const peaks = {};
client.onDidProgress(progress => {
  if (progress.phase === phase) return;
  const ended = phase;
  void peakBytes(client.pid).then(bytes => {
    if (ended && bytes) peaks[ended] ??= Math.round(bytes / 1e6);
  });
  const now = performance.now();
  if (phase) phases[phase] = (phases[phase] ?? 0) + (now - since) / 1000;
  phase = progress.phase;
  since = now;
});

const root = {
  path: folder,
  name: 'drawings',
  settings: { ...settings.defaultScanSettings, labels: 'none' },
  only: [],
  filesExclude: [],
};
const params = { roots: [root], verdicts: [], keep: true, trusted: true };
const timed = async job => {
  const start = performance.now();
  const result = await job();
  return { result, ms: performance.now() - start };
};
try {
  const scan = await timed(() => client.request(protocol.ScanRequest, params));
  phases[phase] = (phases[phase] ?? 0) + (performance.now() - since) / 1000;
  const secondsOf = phases;
  phases = {};
  const enginePeak = await peakBytes(client.pid);
  const summary = scan.result;
  const questions = {};
  for (const [name, job] of Object.entries({
    findingsPage: () => client.request(protocol.FindingsRequest, { offset: 0, limit: 1000 }),
    findingsPageAtRadius: () => client.request(protocol.FindingsRequest, { threshold: summary.radius, offset: 0, limit: 1000 }),
    pairsWindow: () => client.request(protocol.PairsRequest, { threshold: 0.3, order: 'closest', offset: 100, limit: 60 }),
    distances: () => client.request0(protocol.DistancesRequest),
    groups: () => client.request(protocol.GroupsRequest, { threshold: 0.3, offset: 0, limit: 50 }),
    setVerdicts: () => client.request(protocol.SetVerdictsRequest, { verdicts: [] }),
    neighbours: () => client.request(protocol.NeighboursRequest, { path: path.join(folder, '0/00000.jpg'), k: 20, scan: params }),
  })) {
    questions[`${name}Ms`] = Math.round((await timed(job)).ms);
  }
  const fresh = path.join(folder, '0/changed.jpg');
  // Another picture than before in a new file: bytes appended make another content.
  await writeFile(fresh, Buffer.concat([await readFile(path.join(folder, '9/00009.jpg')), Buffer.from('x')]));
  const update = await timed(() => client.request(protocol.UpdateRequest, { changed: [fresh] }));
  questions.updateOfOneFileMs = Math.round(update.ms);
  const cancels = [];
  for (const wanted of ['count', 'decode', 'join', 'rescore']) cancels.push([wanted, await cancelAt(wanted)]);
  await client.restart();
  questions.restoreMs = Math.round((await timed(() => client.request(protocol.RestoreRequest, params))).ms);
  await rm(fresh);
  await rm(cacheDir, { recursive: true, force: true });
  const report = {
    what: 'a scan of many images',
    date: new Date().toISOString(),
    node: process.version,
    cpu: os.cpus()[0]?.model,
    threads: Number(values.threads),
    images: summary.images,
    readable: summary.readable,
    pairs: summary.pairs,
    counts: summary.counts,
    seconds: Object.fromEntries(Object.entries(secondsOf).map(([name, s]) => [name, Number(s.toFixed(1))])),
    wholeSeconds: Number((scan.ms / 1000).toFixed(1)),
    enginePeakMegabytesAfter: peaks,
    enginePeakMegabytes: Math.round(enginePeak / 1e6),
    hostPeakMegabytes: Math.round((await peakBytes(process.pid)) / 1e6),
    cancelMs: Object.fromEntries(cancels),
    questions,
  };
  console.log(report);
  if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await client.dispose();
}

/** Milliseconds from cancelling, in the middle of a phase, to the rejected request; null where the phase was too short to meet. */
async function cancelAt(wanted) {
  let cancel;
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: listener => {
      cancel = listener;
      return { dispose: () => undefined };
    },
  };
  let cancelledAt;
  let seen = 0;
  const subscription = client.onDidProgress(progress => {
    if (progress.phase !== wanted || ++seen < 2 || cancelledAt !== undefined) return;
    cancelledAt = performance.now();
    token.isCancellationRequested = true;
    cancel();
  });
  // Another root's settings, so that nothing is known yet but what is cached.
  const other = { ...params, keep: false };
  await client.request(protocol.ScanRequest, other, token).catch(() => undefined);
  subscription.dispose();
  return cancelledAt === undefined ? null : Math.round(performance.now() - cancelledAt);
}
