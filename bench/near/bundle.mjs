// Bundles the engine's search from the sources, so that the benches measure what is in the tree.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');

const modules = [
  'core/calibration/calibrate',
  'engine/descriptor/describe',
  'engine/descriptor/layout',
  'engine/descriptor/signatureTable',
  'engine/descriptor/transforms',
  'engine/index/topK',
  'engine/index/vectorCandidates',
  'engine/index/vectors',
  'engine/index/embeddings',
  'engine/pairFinder',
  'engine/rescore/distance',
  'engine/rescore/evidence',
  'engine/rescore/pairScorer',
  'engine/starter/loadStarter',
  'engine/starter/starterEncoder',
];

/** The engine's modules as one, and the path of the bundled worker. */
export async function loadEngine() {
  const dir = path.join(root, '.cache/bench-near');
  fs.mkdirSync(dir, { recursive: true });
  const common = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web', 'sharp', '@tensorflow/tfjs-node'],
    target: 'node20',
    mainFields: ['module', 'main'],
    // Libraries in the older module format ask for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  };
  const outfile = path.join(dir, `engine-${process.pid}.mjs`);
  const workerPath = path.join(dir, 'rescoreWorker.mjs');
  const contents = modules.map(m => `export * from './${m}';`).join('\n');
  await build({ ...common, stdin: { contents, resolveDir: path.join(root, 'src'), loader: 'ts' }, outfile });
  await build({ ...common, entryPoints: [path.join(root, 'src/engine/rescore/rescoreWorker.ts')], outfile: workerPath });
  const engine = await import(pathToFileURL(outfile).href);
  fs.unlinkSync(outfile);
  return { engine, workerPath };
}

/**
 * Files of a folder (recursive), sorted, and their rasters' signatures. Unreadable files are left out and counted.
 * `keep`: a file that holds the signatures; read if it is there and as old as the engine's layout, else written.
 */
export async function describeFolder(engine, dir, { atOnce = 4, withStarter = true, keep } = {}) {
  const version = `${engine.DESCRIPTOR_VERSION} ${withStarter}`;
  if (keep && fs.existsSync(keep)) {
    const kept = v8.deserialize(fs.readFileSync(keep));
    if (kept.version === version) {
      const table = new engine.SignatureTable();
      for (let at = 0; at < kept.bytes.length; at += engine.SIGNATURE_BYTES) {
        table.add(kept.bytes.subarray(at, at + engine.SIGNATURE_BYTES));
      }
      return { paths: kept.paths, table, unreadable: kept.unreadable };
    }
  }
  const described = await describeFiles(engine, dir, atOnce, withStarter);
  if (keep) {
    const { paths, table, unreadable } = described;
    const bytes = new Uint8Array(paths.length * engine.SIGNATURE_BYTES);
    paths.forEach((_, row) => bytes.set(table.get(row), row * engine.SIGNATURE_BYTES));
    fs.writeFileSync(keep, v8.serialize({ version, paths, unreadable, bytes }));
  }
  return described;
}

async function describeFiles(engine, dir, atOnce, withStarter) {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  const describer = new engine.Describer();
  const file = path.join(root, 'media', engine.STARTER_FILE);
  const { graph, problem } = withStarter ? await engine.tryStarter(file) : {};
  if (problem) console.error(problem);
  const starter = graph && (await engine.StarterEncoder.create(graph));
  const { side } = engine.RASTER_SPEC;
  const files = fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(png|jpe?g|webp)$/i.test(entry.name))
    .map(entry => path.relative(dir, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
  const signatures = new Array(files.length);
  let next = 0;
  let unreadable = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < files.length) {
        const at = next++;
        try {
          const image = sharp(path.join(dir, files[at]));
          const { width, height } = await image.metadata();
          const data = await image
            .rotate()
            .flatten({ background: '#fff' })
            .resize(side, side, { fit: 'fill' })
            .toColourspace('srgb')
            .removeAlpha()
            .raw()
            .toBuffer();
          const raster = { width: side, height: side, data };
          const signature = describer.describe(raster, { width, height });
          await starter?.addTo(signature, raster);
          signatures[at] = signature;
        } catch {
          unreadable++;
        }
      }
    }),
  );
  const table = new engine.SignatureTable();
  const paths = [];
  files.forEach((file, i) => {
    if (!signatures[i]) return;
    table.add(signatures[i]);
    paths.push(file.split(path.sep).join('/'));
  });
  return { paths, table, unreadable };
}

/** The machine in words, for the results. */
export function machine() {
  const cpus = os.cpus();
  return `${cpus.length} cores, ${cpus[0].model.trim()}, Node ${process.version}`;
}
