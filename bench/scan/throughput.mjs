// The rate of a scan's decode stage (read, hash, decode, describe) over the rate at which sharp alone decodes the same files to the
// same small size with the same number of files in flight. Both take turns on slices of the files; medians of the ratios.
//   node bench/scan/throughput.mjs --photos DIR --cache DIR [--large 500] [--small 20000] [--threads N] [--out FILE.json] [--classic]
// --classic: signatures without the starter encoder's embeddings.
import { stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, load } from './bundle.mjs';
import { makeJpegs, photosBelow } from './makeFiles.mjs';

const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    cache: { type: 'string' },
    large: { type: 'string', default: '500' },
    small: { type: 'string', default: '20000' },
    threads: { type: 'string', default: String(os.availableParallelism()) },
    out: { type: 'string' },
    only: { type: 'string' },
    makeOnly: { type: 'boolean' },
    classic: { type: 'boolean', default: false },
  },
});
if (!values.photos || !values.cache) {
  console.error('usage: throughput.mjs --photos DIR --cache DIR (see the head of this file)');
  process.exit(2);
}
const threads = Number(values.threads);
const inFlight = 2 * threads + 2;
// The engine's client sets the same; it must be set before the first task of libuv's pool.
process.env.UV_THREADPOOL_SIZE = String(Math.max(4, threads + 2));

const photos = await photosBelow(values.photos);
const sets = [
  { name: '12 megapixels', count: Number(values.large), width: 4000, height: 3000, slices: 10 },
  { name: '640×480', count: Number(values.small), width: 640, height: 480, slices: 20 },
].filter(({ name, count }) => count > 0 && (!values.only || name.startsWith(values.only)));

const parts = await load('throughput', {
  decode: 'src/engine/decode/pictureDecoder.ts',
  describers: 'src/engine/decode/describers.ts',
  sharpLoader: 'src/engine/decode/loadSharp.ts',
  read: 'src/engine/session/readStage.ts',
  table: 'src/engine/descriptor/signatureTable.ts',
  layout: 'src/engine/descriptor/layout.ts',
  starter: 'src/engine/starter/loadStarter.ts',
});
const { sharp } = await parts.sharpLoader.loadSharp();
const side = parts.layout.RASTER_SPEC.side;
// As the engine chooses.
const { LocalDescriber, ThreadDescribers } = parts.describers;
const starterFile = path.join(import.meta.dirname, '../../media', parts.starter.STARTER_FILE);
const starter = values.classic ? {} : await parts.starter.tryStarter(starterFile);
if (starter.problem) console.error(starter.problem);
const signatures =
  threads > 2 ? new ThreadDescribers(await buildEngine(), threads, starter.graph) : new LocalDescriber(starter.graph);
const reader = new parts.read.FileReader(new parts.decode.PictureDecoder(sharp), signatures, threads);

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const clock = async job => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await job();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
};

/** As the walk of a folder lists them. */
const list = files =>
  Promise.all(
    files.map(async (file, i) => {
      const { size, mtimeNs } = await stat(file, { bigint: true });
      const modifiedMs = Number(mtimeNs / 1000n) / 1000;
      return { path: String(i), absolute: file, sizeBytes: Number(size), modifiedMs, identity: '', isLink: false, root: 0 };
    }),
  );

async function ours(listed) {
  const reads = await reader.readAll({
    files: listed,
    standIn: Uint32Array.from(listed, (_, i) => i),
    maxPixels: [268_402_689],
    packs: [],
    results: [],
    rows: new parts.read.ContentRows(new parts.table.SignatureTable()),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const broken = reads.filter(read => read.problem);
  if (broken.length > 0) throw new Error(`${broken.length} files could not be read`);
}

async function alone(listed) {
  let next = 0;
  const work = async () => {
    while (next < listed.length) await sharp(listed[next++].absolute).resize(side, side, { fit: 'fill' }).raw().toBuffer();
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

const results = [];
for (const { name, count, width, height, slices } of sets) {
  const files = await makeJpegs(photos, path.join(values.cache, `${width}x${height}`), count, width, height);
  if (values.makeOnly) continue;
  const listed = await list(files);
  const bytes = listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sliceLength = Math.ceil(count / slices);
  const rounds = [];
  // Warm up: compiled code, and the files in the system's cache.
  await ours(listed.slice(0, Math.min(50, count)));
  await alone(listed.slice(0, Math.min(50, count)));
  for (let i = 0; i < slices; i++) {
    const slice = listed.slice(i * sliceLength, (i + 1) * sliceLength);
    if (slice.length === 0) continue;
    // The first of the two finds the files cold, so a run that does not count goes before.
    await alone(slice);
    const order = i % 2 === 0 ? [ours, alone] : [alone, ours];
    const times = new Map();
    for (const job of order) times.set(job, await clock(() => job(slice)));
    const [mine, theirs] = [times.get(ours), times.get(alone)];
    rounds.push({
      files: slice.length,
      ourMs: mine.ms,
      sharpMs: theirs.ms,
      ratio: theirs.ms / mine.ms,
      cpuRatio: theirs.cpuMs / mine.cpuMs,
    });
  }
  const result = {
    set: name,
    starter: starter.graph !== undefined,
    files: count,
    megabytes: Math.round(bytes / 1e6),
    threads,
    inFlight,
    ourFilesPerSecond: median(rounds.map(r => (r.files / r.ourMs) * 1000)),
    sharpFilesPerSecond: median(rounds.map(r => (r.files / r.sharpMs) * 1000)),
    ratio: median(rounds.map(r => r.ratio)),
    ratioLowest: Math.min(...rounds.map(r => r.ratio)),
    ratioHighest: Math.max(...rounds.map(r => r.ratio)),
    cpuRatio: median(rounds.map(r => r.cpuRatio)),
  };
  results.push(result);
  console.log(result);
}
const report = {
  what: 'decode stage of a scan over sharp alone',
  date: new Date().toISOString(),
  node: process.version,
  cpu: os.cpus()[0]?.model,
  cores: os.availableParallelism(),
  results,
};
if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
