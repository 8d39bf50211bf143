// Peak memory of a training process: 50,000 grey images of 28 × 28 in class folders, and 20,000 coloured pictures without labels at
// 96 × 96; and how long a cancelled training takes to answer with its model.
//   node bench/engine/trainMemory.mjs --fashion DIR --cache DIR [--seconds 20] [--part garments,drawings,cancel] [--out FILE.json]
// A part alone is written into what --out holds already. DIR of --fashion holds the idx files of Fashion-MNIST (gzipped). The large ones are drawings, all different but for every tenth.
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, load } from '../scan/bundle.mjs';
import { makeDrawings } from '../scan/makeFiles.mjs';
import { makeGarments } from './garmentFiles.mjs';

const { values } = parseArgs({
  options: {
    fashion: { type: 'string' },
    cache: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    part: { type: 'string', default: 'garments,drawings,cancel' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    out: { type: 'string' },
    makeOnly: { type: 'boolean' },
  },
});
if (!values.fashion || !values.cache) {
  console.error('usage: trainMemory.mjs --fashion DIR --cache DIR (see the head of this file)');
  process.exit(2);
}
const parts = values.part.split(',');
const garments = count => path.join(values.cache, `garments-${count}`);
const drawings = count => path.join(values.cache, `drawings-${count}-0`);
if (values.makeOnly) {
  if (parts.includes('garments')) await makeGarments(values.fashion, garments(50_000), 50_000);
  if (parts.includes('drawings')) await makeDrawings(drawings(20_000), 20_000, 0);
  if (parts.includes('cancel')) {
    await makeGarments(values.fashion, garments(2000), 2000);
    await makeDrawings(drawings(500), 500, 0);
  }
  process.exit(0);
}
execFileSync(process.execPath, [...process.argv.slice(1), '--makeOnly'], { stdio: 'inherit' });

const { client, training, settings } = await load('trainClient', {
  client: 'src/client/engineClient.ts',
  training: 'src/protocol/training.ts',
  settings: 'src/core/settings/scanSettings.ts',
});
const enginePath = await buildEngine();
const cacheDir = path.join(values.cache, `engine-cache-${Date.now()}`);

/** The most memory that a process ever held, as the system counted. */
async function peakMegabytes(pid) {
  const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
  return peak ? Math.round((Number(peak[1]) * 1024) / 1e6) : undefined;
}

/** One training in a fresh process; with `cancelAfterMs`, cancelled so long after its first step. */
async function measure(folder, more, cancelAfterMs) {
  const engine = new client.EngineClient({ enginePath, initialize: { cacheDir, threads: Number(values.threads) } });
  let cancel;
  let cancelledAt;
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: listener => {
      cancel = listener;
      return { dispose: () => undefined };
    },
  };
  const seconds = {};
  const peaks = {};
  let [phase, since] = ['list', performance.now()];
  engine.onDidTrainProgress(progress => {
    if (progress.phase === 'train' && cancelAfterMs !== undefined && cancelledAt === undefined) {
      cancelledAt = 0;
      setTimeout(() => {
        cancelledAt = performance.now();
        token.isCancellationRequested = true;
        cancel();
      }, cancelAfterMs);
    }
    if (progress.phase === phase) return;
    const [ended, now] = [phase, performance.now()];
    seconds[ended] = Number(((now - since) / 1000).toFixed(1));
    [phase, since] = [progress.phase, now];
    void peakMegabytes(engine.pid).then(peak => (peaks[ended] = peak));
  });
  const root = { path: folder, name: 'bench', settings: settings.defaultScanSettings, only: [], filesExclude: [] };
  const outPath = path.join(cacheDir, 'model.twinlint');
  try {
    const summary = await engine.request(
      training.TrainRequest,
      {
        scan: { roots: [root], verdicts: [], keep: false, trusted: true },
        limit: { seconds: Number(values.seconds) },
        outPath,
        ...more,
      },
      token,
    );
    const answeredMs = performance.now();
    return {
      network: summary.model.network,
      images: summary.model.trainedOn.images,
      steps: summary.steps,
      runtime: summary.runtime,
      threads: summary.threads,
      ended: summary.ended,
      metrics: summary.model.metrics,
      seconds,
      peakMegabytesAfter: peaks,
      peakMegabytes: await peakMegabytes(engine.pid),
      ...(cancelledAt ? { cancelMs: Math.round(answeredMs - cancelledAt) } : {}),
    };
  } finally {
    await engine.dispose();
  }
}

const labels = { learnFrom: ['labels'] };
const views = { learnFrom: ['views'] };
const report = {
  what: 'trainings of many images',
  date: new Date().toISOString(),
  node: process.version,
  cpu: os.cpus()[0]?.model,
  threads: Number(values.threads),
};
if (parts.includes('garments')) report.garmentsByLabel = await measure(garments(50_000), labels);
if (parts.includes('drawings')) report.drawingsByViews = await measure(drawings(20_000), views);
if (parts.includes('cancel')) {
  report.cancelMs = { garmentsByLabel: [], drawingsByViews: [] };
  for (const afterMs of [1000, 1730, 2460, 3190, 3920]) {
    report.cancelMs.garmentsByLabel.push((await measure(garments(2000), labels, afterMs)).cancelMs);
    report.cancelMs.drawingsByViews.push((await measure(drawings(500), views, afterMs)).cancelMs);
  }
}
await rm(cacheDir, { recursive: true, force: true });
console.log(JSON.stringify(report, null, 2));
if (values.out) {
  const before = JSON.parse(await readFile(values.out, 'utf8').catch(() => '{}'));
  await writeFile(values.out, `${JSON.stringify({ ...before, ...report }, null, 2)}\n`);
}
