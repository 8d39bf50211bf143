// Findings, groups and reports of a made-up scan: 50,000 images, 200,000 pairs, 5,000 files that are copies. Medians of RUNS.
//   node bench/findings/deriveFindings.mjs [RUNS=7]
import { createHash } from 'node:crypto';
import { load } from '../scan/bundle.mjs';
import { randomFrom } from '../scan/makeFiles.mjs';

const runs = Number(process.argv[2] ?? 7);
const imageCount = 50_000;
const contentCount = 45_000;
const pairCount = 200_000;

const { table, exact, groups, lookup, json } = await load('findings', {
  table: 'src/core/findings/findingsTable',
  exact: 'src/core/groups/exactGroups',
  groups: 'src/core/groups/findGroups',
  lookup: 'src/core/verdicts/verdictLookup',
  json: 'src/core/report/jsonReport',
});

const random = randomFrom(3);
const images = Array.from({ length: imageCount }, (_, index) => ({
  index,
  root: 0,
  path: `${index % 5 ? 'train' : 'test'}/class-${index % 10}/img${String(index).padStart(6, '0')}.jpg`,
  content: createHash('sha256')
    .update(String(index % contentCount))
    .digest('hex'),
  sizeBytes: 1000 + (index % 77),
  modifiedMs: index,
  width: 640,
  height: 480,
  format: 'jpeg',
  label: `class-${index % 10}`,
  split: index % 5 ? 'train' : 'test',
}));
const pairs = {
  a: new Uint32Array(pairCount),
  b: new Uint32Array(pairCount),
  distance: Float32Array.from({ length: pairCount }, () => random() * 0.3).sort(),
  transform: new Uint8Array(pairCount),
};
const seen = new Set();
while (seen.size < pairCount) {
  const a = Math.floor(random() * (contentCount - 1000));
  const b = a + 1 + Math.floor(random() * 900);
  const row = seen.size;
  if (seen.size === seen.add(a * imageCount + b).size) continue;
  pairs.a[row] = a;
  pairs.b[row] = b;
}
const verdicts = lookup.createVerdictLookup(
  Array.from({ length: 5000 }, (_, i) => ({
    id: String(i),
    relation: 'same-picture',
    verdict: 'different',
    images: [images[pairs.a[i * 7]], images[pairs.b[i * 7]]].map(({ content, path }) => ({ content, path })),
  })),
  () => false,
);

const times = new Map();
function time(name, job) {
  const start = performance.now();
  const result = job();
  times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
  return result;
}

for (let run = 0; run < runs; run++) {
  const copies = time('equal files found', () => exact.exactGroups(images));
  const input = { images, pairs, exactGroups: copies, settings: [{ severity: {}, pairs: 'all' }] };
  const findings = time('table of findings made', () => new table.FindingsTable({ ...input, verdicts: lookup.noVerdicts }));
  const judged = time('the same with 5,000 verdicts', () => new table.FindingsTable({ ...input, verdicts }));
  time('counts at 1,000 thresholds', () => {
    for (let i = 0; i < 1000; i++) findings.counts((0.3 * i) / 1000);
  });
  time('worst 1,000 findings as objects', () => findings.page({ threshold: 0.2, offset: 0, limit: 1000 }));
  time('groups at 0.05', () => groups.findGroups({ ...input, verdicts, table: judged }, 0.05));
  const all = time('all findings as objects', () => findings.page({ threshold: 1, offset: 0, limit: Infinity }));
  time('all of them as JSON', () => {
    const report = {
      toolVersion: '0',
      images: imageCount,
      readable: imageCount,
      threshold: 0.3,
      radius: 0.3,
      expectedFalsePairs: 0,
    };
    let length = 0;
    const roots = [{ name: 'made up', reference: false }];
    for (const piece of json.jsonReport({ ...report, ...all, notes: [], roots })) length += piece.length;
    return length;
  });
}
for (const [name, list] of times) {
  const sorted = list.sort((a, b) => a - b);
  console.log(`${name.padEnd(34)} ${sorted[sorted.length >> 1].toFixed(1).padStart(8)} ms`);
}
