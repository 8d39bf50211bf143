/**
 * The extension host while a training runs: its event loop's lag, and its memory after many trainings, in a real VS Code.
 *
 *   BENCH_FASHION=DIR BENCH_CACHE=DIR [BENCH_TRAINED=2000] [BENCH_CYCLES=200] npx vitest run --config bench/host/vitest.config.mjs training
 *
 * DIR of BENCH_FASHION holds the idx files of Fashion-MNIST. A cycle is a training that is cancelled, and one to its end. Writes
 * bench/results/host-training.json, or the file of BENCH_OUT there. With BENCH_KEEP=1 the models of the run before stay: what does a long list of
 * them cost?
 */
import { rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { listHostTests, runInHost } from '../../test/integration/harness/runInHost';
import { makeGarments } from '../engine/garmentFiles.mjs';

const images = Number(process.env.BENCH_TRAINED ?? 2000);
const cycles = Number(process.env.BENCH_CYCLES ?? 200);
const folder = path.join(process.env.BENCH_CACHE, `garments-${images}`);
await makeGarments(process.env.BENCH_FASHION, folder, images);
if (!process.env.BENCH_KEEP) rmSync(path.join(folder, '.twinlint'), { recursive: true, force: true });
const report = await runInHost('training', folder, 600_000 + cycles * 15_000, { cycles });
const file = process.env.BENCH_OUT ?? 'host-training.json';
const out = fileURLToPath(new URL(`../results/${file}`, import.meta.url));
const about = { date: new Date().toISOString(), cpu: os.cpus()[0]?.model, images, cycles };
writeFileSync(out, `${JSON.stringify({ ...about, measured: report.measured }, null, 2)}\n`);

describe('in the extension host', () => listHostTests(report));
