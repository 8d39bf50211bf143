/**
 * Makes samples of three modalities on which it is known what belongs together: garments of Fashion-MNIST as images, their names spoken by
 * espeak-ng as sounds, and two made-up sensor columns.
 *
 *   node bench/checks/makeModalities.mjs FOLDER --fashion FOLDER --espeak PREFIX [--count 1000] [--seed 1]
 *
 * --fashion: the folder with train-images-idx3-ubyte.gz (Debian's dataset-fashion-mnist); --espeak: where Debian's espeak-ng,
 * espeak-ng-data, libespeak-ng1, libpcaudio0, libsonic0, libasound2 and libpulse0 are unpacked (dpkg-deb -x).
 *
 * Each of the ten classes has as many samples: 00017.png (28 × 28), 00017.wav (22,050 Hz, one of twelve voices at a pitch and speed of its
 * own, with noise 26 to 46 dB below the loudest) and 00017.csv: time, current and voltage at 150 to 400 moments. The current swings at
 * a frequency of its class (5 frequencies) in one of two forms (sine, saw), with a phase, height, drift and noise of its own; the voltage
 * sinks with the current's square, and has noise. So an image, a sound and a record fit if they are of one class; classes.json says which.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { randomOf } from './ranking.mjs';

export const names = ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'];
const voices = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'f1', 'f2', 'f3', 'f4', 'f5'];
const RATE = 22_050;

/** @returns the class of each sample */
export async function makeModalities(folder, { fashion, espeak, count, seed }) {
  mkdirSync(folder, { recursive: true });
  const idx = (name, head) => gunzipSync(readFileSync(path.join(fashion, `${name}.gz`))).subarray(head);
  const [pixels, labels] = [idx('train-images-idx3-ubyte', 16), idx('train-labels-idx1-ubyte', 8)];
  const random = randomOf(seed);
  const next = names.map((_, label) => [...labels.keys()].filter(i => labels[i] === label).slice(seed * count));
  const classes = Array.from({ length: count }, (_, i) => i % names.length);
  for (const [i, label] of classes.entries()) {
    const base = path.join(folder, String(i).padStart(5, '0'));
    const image = next[label][Math.floor(i / names.length)];
    const raw = { width: 28, height: 28, channels: 1 };
    await sharp(pixels.subarray(image * 784, (image + 1) * 784), { raw })
      .png()
      .toFile(`${base}.png`);
    speak(espeak, names[label], `${base}.wav`, random);
    writeFileSync(`${base}.csv`, record(label, random));
  }
  writeFileSync(path.join(folder, 'classes.json'), JSON.stringify(classes));
  return classes;
}

const between = (random, low, high) => low + (high - low) * random();

function speak(prefix, word, file, random) {
  const lib = path.join(prefix, 'usr/lib/x86_64-linux-gnu');
  const voice = `en+${voices[Math.floor(random() * voices.length)]}`;
  const numbers = ['-p', between(random, 20, 80), '-s', between(random, 120, 200)].map(each =>
    typeof each === 'number' ? String(Math.round(each)) : each,
  );
  const { status, stderr } = spawnSync(path.join(prefix, 'usr/bin/espeak-ng'), ['-v', voice, ...numbers, '-w', file, word], {
    env: { ...process.env, LD_LIBRARY_PATH: lib, ESPEAK_DATA_PATH: lib },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const wav = readFileSync(file);
  let loudest = 1;
  for (let at = 44; at + 1 < wav.length; at += 2) loudest = Math.max(loudest, Math.abs(wav.readInt16LE(at)));
  const noise = loudest * 10 ** (-between(random, 26, 46) / 20);
  for (let at = 44; at + 1 < wav.length; at += 2) {
    const value = wav.readInt16LE(at) + noise * (2 * random() - 1);
    wav.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value))), at);
  }
  if (wav.readUInt32LE(24) !== RATE) throw new Error(`espeak-ng wrote another rate than ${RATE} Hz`);
  writeFileSync(file, wav);
}

function record(label, random) {
  const rows = Math.round(between(random, 150, 400));
  const swings = 2 + 1.6 * (label % 5) + between(random, -0.3, 0.3);
  const isSaw = label >= 5;
  const [phase, height, drift] = [random(), between(random, 6, 14), between(random, -4, 4)];
  const lines = ['time,current,voltage'];
  for (let row = 0; row < rows; row++) {
    const turn = (swings * row) / rows + phase;
    const wave = isSaw ? 2 * (turn - Math.floor(turn)) - 1 : Math.sin(2 * Math.PI * turn);
    const current = 100 + drift * (row / rows) + height * wave + between(random, -4, 4);
    const voltage = 30 - current ** 2 / 2000 + between(random, -1, 1);
    lines.push(`${(row * 0.002).toFixed(3)},${current.toFixed(2)},${voltage.toFixed(3)}`);
  }
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fashion: { type: 'string' },
      espeak: { type: 'string' },
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (positionals.length !== 1 || !values.fashion || !values.espeak) {
    console.error('usage: makeModalities.mjs FOLDER --fashion FOLDER --espeak PREFIX [--count N] [--seed N]');
    process.exit(2);
  }
  const { fashion, espeak, count, seed } = values;
  await makeModalities(positionals[0], { fashion, espeak, count: Number(count), seed: Number(seed) });
}
