/**
 * Samples of image, sound and sensors, a tenth of them with one modality of another sample: how well does `twinlint check modalities` rank
 * these first, and how often does it name the one that is wrong?
 *
 *   node bench/checks/modalities.mjs FOLDER [--wrong 0.1] [--seeds 1,2,3] [--out FILE.json] [-- options of check modalities]
 *
 * FOLDER is made by makeModalities.mjs. Of the wrong samples a third exchange their images among each other, a third their sounds, a third
 * their records, so that each gets one of another class. Measures: the average precision of the ranking by doubt (a random order has the
 * share of wrong ones), for how many of the wrong samples the right modality is the likeliest (by chance a third), and for how many of those
 * with a suggestion it is of the right class. All of it over all samples, as `--scores` gives them, reported or not; the baseline as well.
 *
 * Baseline: nearest neighbours by raw numbers (images at 14 × 14, spectra of 16 stretches of time, records as the check reads them). Two
 * members fit if the one's k nearest neighbours in its own modality have partners near the other: the share of all others that
 * are further, both ways. A sample counts by the mean over the three pairs; the modality outside of the best pair is named. The best k on
 * these very data is taken. Needs dist/cli.js (node scripts/build.mjs).
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadEngine } from '../engine/loadEngine.mjs';
import { averagePrecision, randomOf, readScores, shuffle, splitArguments } from './ranking.mjs';

const [own, checkOptions] = splitArguments();
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    wrong: { type: 'string', default: '0.1' },
    seeds: { type: 'string', default: '1,2,3' },
    out: { type: 'string' },
  },
});
if (positionals.length !== 1) {
  console.error('usage: modalities.mjs FOLDER [--wrong SHARE] [--seeds N,N,…] [--out FILE.json] [-- options of check]');
  process.exit(2);
}
const [folder] = positionals;
const endings = ['png', 'wav', 'csv'];
/** As `--scores` names them. */
const members = ['image', 'sound', 'sensors'];
const classes = JSON.parse(readFileSync(path.join(folder, 'classes.json'), 'utf8'));
const nameOf = i => String(i).padStart(5, '0');
const engine = await loadEngine(
  ['readWav', 'resample', 'logMel', 'readSensors', 'sensorColumns', 'sensorCourse'].map(each => `checks/modalities/${each}`),
);

/** Of each modality, where its members of the samples come from. */
function mixed(seed) {
  const random = randomOf(seed);
  const order = shuffle([...classes.keys()], random).slice(0, Math.round(classes.length * Number(values.wrong)));
  const source = endings.map(() => [...classes.keys()]);
  const wrong = new Map();
  endings.forEach((_, modality) => {
    const some = order.filter((_, k) => k % endings.length === modality);
    let donors = some;
    while (some.some((i, k) => classes[i] === classes[donors[k]])) donors = shuffle([...some], random);
    some.forEach((i, k) => {
      source[modality][i] = donors[k];
      wrong.set(i, modality);
    });
  });
  return { source, wrong };
}

async function rawNumbers() {
  const result = [[], [], []];
  for (const i of classes.keys()) {
    const file = ending => path.join(folder, `${nameOf(i)}.${ending}`);
    const grey = await sharp(file('png')).greyscale().resize(14, 14).raw().toBuffer();
    result[0].push(Float32Array.from(grey));
    const { samples, rate } = engine.readWav(readFileSync(file('wav')));
    const { frames, values: levels } = engine.logMel(engine.resample(samples, rate, engine.SOUND_RATE));
    const sound = new Float32Array(16 * 40);
    for (let frame = 0; frame < frames; frame++) {
      const stretch = Math.floor((16 * frame) / frames);
      const count = Math.ceil((frames * (stretch + 1)) / 16) - Math.ceil((frames * stretch) / 16);
      for (let band = 0; band < 40; band++) sound[stretch * 40 + band] += levels[frame * 40 + band] / count;
    }
    result[1].push(sound);
  }
  const records = classes.map((_, i) => engine.readSensors(readFileSync(path.join(folder, `${nameOf(i)}.csv`))));
  result[2] = engine.agreeColumns(records).records.map(each => engine.courseOf(each));
  return result.map(distancesOf);
}

function distancesOf(vectors) {
  const count = vectors.length;
  const size = vectors[0].length;
  const scales = Array.from({ length: size }, (_, d) => {
    const mean = vectors.reduce((sum, v) => sum + v[d], 0) / count;
    return Math.sqrt(vectors.reduce((sum, v) => sum + (v[d] - mean) ** 2, 0) / count) || 1;
  });
  const result = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += ((vectors[i][d] - vectors[j][d]) / scales[d]) ** 2;
      result[i * count + j] = result[j * count + i] = Math.sqrt(sum);
    }
  }
  return result;
}

/** For each k, sample and pair of modalities how well the two fit: by the k nearest neighbours of either. */
function neighbourFits(distances, source, ks) {
  const count = classes.length;
  const all = [...classes.keys()];
  const fits = new Map(ks.map(k => [k, classes.map(() => [0, 0, 0])]));
  const at = (modality, i, j) => distances[modality][source[modality][i] * count + source[modality][j]];
  const directions = [
    [1, 2, 0],
    [0, 2, 1],
    [0, 1, 2],
  ].flatMap(([a, b, third]) => [
    [a, b, third],
    [b, a, third],
  ]);
  for (const [a, b, third] of directions) {
    for (const i of all) {
      const own = all.map(j => at(a, i, j));
      const near = all.filter(j => j !== i).sort((x, y) => own[x] - own[y]);
      for (const k of ks) {
        const some = near.slice(0, k);
        const far = member => some.reduce((sum, j) => sum + at(b, j, member), 0);
        const mine = far(i);
        // Every fourth is enough to know its rank.
        const others = all.filter(j => j % 4 === 0);
        fits.get(k)[i][third] += others.filter(other => far(other) > mine).length / others.length / 2;
      }
    }
  }
  return fits;
}

function measured(judged, wrong) {
  const rows = classes.map((_, i) => [judged(i).score, wrong.has(i)]);
  const named = [...wrong].filter(([i, modality]) => judged(i).odd === modality).length;
  return { averagePrecision: averagePrecision(rows), rightModality: named / wrong.size };
}

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const raw = await rawNumbers();
const runs = [];
for (const seed of values.seeds.split(',').map(Number)) {
  const { source, wrong } = mixed(seed);
  const work = mkdtempSync(path.join(tmpdir(), 'twinlint-modalities-'));
  const data = path.join(work, 'data');
  try {
    mkdirSync(data);
    endings.forEach((ending, modality) =>
      source[modality].forEach((from, i) =>
        copyFileSync(path.join(folder, `${nameOf(from)}.${ending}`), path.join(data, `${nameOf(i)}.${ending}`)),
      ),
    );
    const file = path.join(work, 'scores.csv');
    const options = ['--format', 'json', '--seed', String(seed), '--scores', file, ...checkOptions];
    const args = [cli, 'check', 'modalities', data, ...options];
    const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
    if (status !== 0) throw new Error(stderr || stdout);
    const report = JSON.parse(stdout);
    const numberOf = file => Number.parseInt(path.basename(file), 10);
    const judged = new Map(
      [...readScores(file)].map(([i, { doubt, odd, better }]) => [
        i,
        { score: doubt, odd: members.indexOf(odd), better: better ? numberOf(better) : undefined },
      ]),
    );
    const flagged = report.findings.filter(({ kind }) => kind === 'modality-mismatch').map(({ path: at }) => numberOf(at));
    const right = [...wrong].filter(([i, modality]) => judged.get(i).odd === modality);
    const suggested = right.filter(([i]) => judged.get(i).better !== undefined);
    const ofRightClass = suggested.filter(([i, modality]) => classes[source[modality][judged.get(i).better]] === classes[i]);
    const baselines = [...neighbourFits(raw, source, [5, 10, 20, 40])].map(([k, fits]) => {
      const nearest = i => ({
        score: -fits[i].reduce((sum, each) => sum + each, 0),
        odd: fits[i].indexOf(Math.max(...fits[i])),
      });
      return { k, ...measured(nearest, wrong) };
    });
    runs.push({
      seed,
      trained: report.trained,
      elapsedMs: report.elapsedMs,
      figures: report.figures,
      flagged: flagged.length,
      flaggedWrong: flagged.filter(i => wrong.has(i)).length,
      ...measured(i => judged.get(i), wrong),
      suggestionOfRightClass: ofRightClass.length / suggested.length,
      baseline: baselines.reduce((best, each) => (each.averagePrecision > best.averagePrecision ? each : best)),
    });
    console.error(JSON.stringify(runs.at(-1)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
const mean = value => runs.reduce((sum, run) => sum + value(run), 0) / runs.length;
const result = {
  command: `node bench/checks/modalities.mjs FOLDER --wrong ${values.wrong} --seeds ${values.seeds}${checkOptions.length ? ` -- ${checkOptions.join(' ')}` : ''}`,
  samples: classes.length,
  averagePrecision: mean(run => run.averagePrecision),
  rightModality: mean(run => run.rightModality),
  suggestionOfRightClass: mean(run => run.suggestionOfRightClass),
  baseline: {
    averagePrecision: mean(run => run.baseline.averagePrecision),
    rightModality: mean(run => run.baseline.rightModality),
  },
  secondsOfTraining: mean(run => run.trained.seconds),
  runs,
};
console.log(JSON.stringify(result, null, 2));
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
