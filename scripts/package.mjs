/**
 * Makes a VSIX.
 *
 *   node scripts/package.mjs [--target linux-x64|win32-x64|darwin-arm64|…|universal] [--out FILE] [--all] [--partial]
 *
 * Without --target: this machine's. The natives of other platforms come from the npm registry, through npm itself.
 * A platform's VSIX holds sharp and ONNX Runtime for that platform only; where there is no native ONNX Runtime its WebAssembly build
 * stands in. The universal one has the WebAssembly builds of both and no native file at all.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { build } from './build.mjs';
import { cacheDir } from './lib/cacheDir.mjs';
import { packagesBelow, thirdPartyNotices } from './lib/thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const mebibyte = 1024 * 1024;

/**
 * `onnx`: the files of onnxruntime-node to ship, below bin/napi-v6. Only the CPU provider is used: DirectML.dll (delay-loaded),
 * dxcompiler.dll and dxil.dll serve GPU providers; macOS has one library under two names and the binding asks for the first.
 * No `onnx`: that platform has no prebuilt ONNX Runtime; networks run in WebAssembly, and the engine multiplies matrices in JavaScript.
 * @type {Record<string, { os?: string; cpu?: string; libc?: string; onnx?: string[]; limitBytes: number }>}
 */
export const targets = {
  'linux-x64': { os: 'linux', cpu: 'x64', libc: 'glibc', onnx: ['libonnxruntime.so.1'], limitBytes: 40 * mebibyte },
  'linux-arm64': { os: 'linux', cpu: 'arm64', libc: 'glibc', onnx: ['libonnxruntime.so.1'], limitBytes: 40 * mebibyte },
  'alpine-x64': { os: 'linux', cpu: 'x64', libc: 'musl', limitBytes: 40 * mebibyte },
  'alpine-arm64': { os: 'linux', cpu: 'arm64', libc: 'musl', limitBytes: 40 * mebibyte },
  'win32-x64': { os: 'win32', cpu: 'x64', onnx: ['onnxruntime.dll'], limitBytes: 50 * mebibyte },
  'win32-arm64': { os: 'win32', cpu: 'arm64', onnx: ['onnxruntime.dll'], limitBytes: 50 * mebibyte },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64', onnx: ['libonnxruntime.1.dylib'], limitBytes: 50 * mebibyte },
  'darwin-x64': { os: 'darwin', cpu: 'x64', limitBytes: 50 * mebibyte },
  universal: { limitBytes: 40 * mebibyte },
};

/** @returns {string} the target of this machine */
export function hostTarget() {
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  const name = `${isMusl ? 'alpine' : process.platform}-${process.arch}`;
  return name in targets ? name : 'universal';
}

const versionOf = name =>
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[`node_modules/${name}`].version;

/** What of onnxruntime-web's dist/ Node loads: no other builds, no WebGPU. */
const onnxWebFiles = ['ort.node.min.mjs', 'ort.node.min.js', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];

/** Installs the run-time packages for a target into the cache. @returns {Promise<string>} its node_modules folder */
async function fetchPackages(name) {
  const { os, cpu, libc, onnx } = targets[name];
  const sharp = `sharp@${versionOf('sharp')}`;
  const runtime = onnx ? 'onnxruntime-node' : 'onnxruntime-web';
  const packages = [sharp, `${runtime}@${versionOf(runtime)}`];
  if (name === 'universal') packages.push(`@img/sharp-wasm32@${versionOf('@img/sharp-wasm32')}`);
  const folder = join(cacheDir, 'natives', `${name}-${packages.join('-').replaceAll(/[@/]/g, '_')}`);
  const done = join(folder, 'complete');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    console.log(`Fetching ${packages.join(', ')} for ${name}`);
    const platform = [os && `--os=${os}`, cpu && `--cpu=${cpu}`, libc && `--libc=${libc}`].filter(Boolean);
    // npm takes sharp-wasm32's `cpu: wasm32` for a mismatch everywhere; --force installs it all the same.
    const extra = name === 'universal' ? ['--force', '--omit=optional'] : [];
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...platform, ...extra, ...packages];
    await run('npm', args, { cwd: folder, shell: process.platform === 'win32' });
    writeFileSync(done, '');
  }
  return join(folder, 'node_modules');
}

// The README files under @img carry the licence texts of the libraries inside libvips.
const isUseless = file => /\.(d\.[cm]?ts|map|md|cc|h|gyp)$/.test(file) && !/@img[\\/][^\\/]+[\\/]README\.md$/.test(file);

/** Copies what runs of one package: no sources, types or docs; licences stay. */
function copyPackage(from, to, name, subfolders) {
  const source = join(from, name);
  for (const entry of readdirSync(source)) {
    const isFolder = statSync(join(source, entry)).isDirectory();
    if (isFolder ? subfolders === undefined || subfolders.includes(entry) : !isUseless(join(source, entry))) {
      cpSync(join(source, entry), join(to, name, entry), {
        recursive: true,
        dereference: true,
        filter: path => !isUseless(path) && !path.endsWith(`${name}/node_modules`),
      });
    }
  }
}

/** Lays the natives of a target out under `to`. */
function stageNatives(name, from, to) {
  const { os, cpu, onnx } = targets[name];
  copyPackage(from, to, 'sharp', ['dist']);
  copyPackage(from, to, 'detect-libc');
  copyPackage(from, to, 'semver');
  for (const image of readdirSync(join(from, '@img'))) {
    copyPackage(from, to, `@img/${image}`);
  }
  if (name === 'universal') {
    copyPackage(from, to, '@emnapi/runtime');
    copyPackage(from, to, 'tslib');
  }
  if (onnx) {
    copyPackage(from, to, 'onnxruntime-node', ['dist']);
    copyPackage(from, to, 'onnxruntime-common', ['dist']);
    rmSync(join(to, 'onnxruntime-common/dist/esm'), { recursive: true, force: true });
    const binaries = join('onnxruntime-node/bin/napi-v6', os, cpu);
    for (const file of ['onnxruntime_binding.node', ...onnx]) {
      cpSync(join(from, binaries, file), join(to, binaries, file), { dereference: true });
    }
  } else {
    copyPackage(from, to, 'onnxruntime-web', []);
    for (const file of onnxWebFiles) {
      cpSync(join(from, 'onnxruntime-web/dist', file), join(to, 'onnxruntime-web/dist', file), { dereference: true });
    }
    copyPackage(from, to, 'onnxruntime-common', ['dist']);
  }
}

/**
 * @param {string} name a key of {@link targets}
 * @param {{ out?: string; partial?: boolean }} [options]
 * @returns {Promise<{ file: string; sizeBytes: number }>}
 * @throws Error where the file is over the target's size limit
 */
export async function packageVsix(name, { out, partial } = {}) {
  const target = targets[name];
  if (!target) {
    throw new Error(`Unknown target ${name}. Known: ${Object.keys(targets).join(', ')}`);
  }
  const stage = join(root, '.build/vsix', name);
  // vsce runs in the stage's folder, so a relative path must be made absolute here.
  const file = out ? resolve(out) : join(root, '.build/vsix', `twinlint-${manifest.version}-${name}.vsix`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const entry of readdirSync(root)) {
    if (/^(package(\.nls.*)?\.json|README.*\.md|CHANGELOG\.md|LICENSE|l10n|media|\.vscodeignore)$/.test(entry)) {
      cpSync(join(root, entry), join(stage, entry), { recursive: true });
    }
  }
  const { packages } = await build({ production: true, partial, outDir: join(stage, 'dist') });
  const natives = join(stage, 'dist/node_modules');
  stageNatives(name, await fetchPackages(name), natives);
  writeFileSync(join(stage, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices([...packages, ...packagesBelow(natives)]));
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
  if (name !== 'universal') {
    args.push('--target', name);
  }
  const { stderr } = await run(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), ...args], { cwd: stage });
  if (stderr.trim()) {
    console.error(stderr.trim());
  }
  const sizeBytes = statSync(file).size;
  if (sizeBytes > target.limitBytes) {
    const inMebibytes = bytes => (bytes / mebibyte).toFixed(1);
    throw new Error(`${file} has ${inMebibytes(sizeBytes)} MB; the limit for ${name} is ${inMebibytes(target.limitBytes)} MB`);
  }
  return { file, sizeBytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      out: { type: 'string' },
      all: { type: 'boolean' },
      partial: { type: 'boolean' },
    },
  });
  try {
    for (const name of values.all ? Object.keys(targets) : [values.target ?? hostTarget()]) {
      const { file, sizeBytes } = await packageVsix(name, { out: values.out, partial: values.partial });
      const limit = targets[name].limitBytes / mebibyte;
      console.log(`${name.padEnd(13)} ${(sizeBytes / mebibyte).toFixed(1).padStart(5)} MB of ${limit} MB allowed  ${file}`);
    }
  } catch (error) {
    console.error(`Packaging failed: ${error.stderr || error.message}`);
    process.exitCode = 1;
  }
}
