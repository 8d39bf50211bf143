// Scans thousands of mutated image files of all formats: no crash, no hang, every one accounted for.
//   node bench/scan/fuzz.mjs [--count 5000] [--seed 1] [--out FILE.json]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, load } from './bundle.mjs';
import { mutate, seedFiles } from '../../test/unit/engine/support/mutate.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' }, out: { type: 'string' } },
});
const count = Number(values.count);
const folder = await mkdtemp(path.join(os.tmpdir(), 'twinlint-fuzz-'));
const {
  client: clientModule,
  protocol,
  settings,
} = await load('client', {
  client: 'src/client/engineClient.ts',
  protocol: 'src/protocol/engine.ts',
  settings: 'src/core/settings/scanSettings.ts',
});
const client = new clientModule.EngineClient({
  enginePath: await buildEngine(),
  initialize: { cacheDir: path.join(folder, 'cache') },
});
let crashes = 0;
client.onDidCrash(crash => {
  crashes++;
  console.error(crash);
});
try {
  const seeds = await seedFiles();
  const images = path.join(folder, 'images');
  for (let i = 0; i < count; i++) {
    const { name, bytes } = mutate(seeds, Number(values.seed), i);
    await mkdir(path.dirname(path.join(images, name)), { recursive: true });
    await writeFile(path.join(images, name), bytes);
  }
  // The longest wait for the next file: a hang shows here.
  let longestGapMs = 0;
  let last = performance.now();
  client.onDidProgress(() => {
    longestGapMs = Math.max(longestGapMs, performance.now() - last);
    last = performance.now();
  });
  const root = {
    path: images,
    name: 'fuzz',
    settings: { ...settings.defaultScanSettings, labels: 'none' },
    only: [],
    filesExclude: [],
  };
  const start = performance.now();
  const summary = await client.request(protocol.ScanRequest, { roots: [root], verdicts: [], keep: false, trusted: true });
  const seconds = (performance.now() - start) / 1000;
  const kinds = ['unreadable-image', 'unsupported-format', 'not-fetched'];
  const reasons = {};
  let unread = 0;
  for (let offset = 0; ; offset += 1000) {
    const page = await client.request(protocol.FindingsRequest, { kinds, offset, limit: 1000 });
    for (const { details } of page.findings) {
      unread++;
      reasons[details.problem.reason] = (reasons[details.problem.reason] ?? 0) + 1;
    }
    if (offset + 1000 >= page.total) break;
  }
  const { memoryBytes } = await client.request0(protocol.StatusRequest);
  const report = {
    what: 'scan of mutated image files',
    date: new Date().toISOString(),
    node: process.version,
    seed: Number(values.seed),
    files: count,
    images: summary.images,
    readable: summary.readable,
    unread,
    reasons,
    unaccounted: count - summary.readable - unread,
    crashes,
    seconds: Number(seconds.toFixed(1)),
    longestGapMs: Math.round(longestGapMs),
    engineMegabytes: Math.round(memoryBytes / 1e6),
  };
  console.log(report);
  if (values.out) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.unaccounted === 0 && crashes === 0 && summary.images === count ? 0 : 1;
} finally {
  await client.dispose();
  await rm(folder, { recursive: true, force: true });
}
