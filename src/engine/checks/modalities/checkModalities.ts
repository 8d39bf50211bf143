import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import type { CheckScore } from '../../../core/checks/checkScore';
import type { Modality } from '../../../core/checks/modalityNames';
import { modalities } from '../../../core/checks/modalityNames';
import { note } from '../../../core/dataset/note';
import type { ModalityCheckParams } from '../../../protocol/checks';
import { checkRuntime } from '../checkRuntime';
import { KeptRuntime } from '../../runtime/keptRuntime';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import { loadStarter } from '../../starter/loadStarter';
import { ByteImages, SubsetImages } from '../../training/images';
import { crossFit } from '../branches/crossFit';
import { embedBranch } from '../branches/trainBranches';
import { FEATURED_IMAGE, learningStart, PictureFeatures } from '../branches/pictureFeatures';
import type { CheckContext } from '../checkContext';
import type { Passes } from '../passes';
import { foldBudget } from '../passes';
import type { CheckResult } from '../checkService';
import { listImages } from '../listImages';
import { readGrouped } from '../readGrouped';
import type { Sample } from './findSamples';
import { findSamples } from './findSamples';
import type { JudgedModalities } from './judgeModalities';
import { judgeModalities } from './judgeModalities';
import type { ModalityRows } from './likenessBlocks';
import type { ModalityMaterial } from './modalityData';
import { modalityData, standardized } from './modalityData';
import { modalityNetworks } from './modalityNetworks';
import { readSides, unreadable } from './readSamples';
import { soundPictures } from './soundPictures';

/** From this chance on a sample is reported. */
const LEAST_CHANCE = 0.5;
/** Below, nobody can learn what belongs together. */
const FEWEST_SAMPLES = 40;
const FOLDS = 4;
/** Passes through a network's own samples: more of them learn wrong samples by heart. */
const PASSES: Passes = { epochs: 12, fewestSteps: 120 };
const LEARNING_RATE = 1.5e-3;

const oddMessages: Readonly<Record<Modality, string>> = {
  image: messages.imageOdd,
  sound: messages.soundOdd,
  sensors: messages.sensorsOdd,
};
const uninformedMessages: Readonly<Record<Modality, string>> = {
  image: messages.imageNotInformative,
  sound: messages.soundNotInformative,
  sensors: messages.sensorsNotInformative,
};

/** Do an image, a sound and sensor values of one name belong together, and is each there? */
export async function checkModalities(params: ModalityCheckParams, context: CheckContext): Promise<CheckResult> {
  const { onNote } = context;
  const candidates = await listImages(params.root, context);
  const { samples, known, findings: missing } = await findSamples(candidates, context);
  const { shown, findings: broken, ...read } = await readMaterial(params, samples, context);
  const basics = { check: 'modalities' as const, samples: known };
  const findings = [...missing, ...broken];
  const distinct = new Set(read.groups).size;
  if (distinct < FEWEST_SAMPLES) {
    onNote(note(messages.fewSamples, distinct, FEWEST_SAMPLES));
    return { ...basics, judged: 0, findings, scores: [], figures: {} };
  }
  const runtime = await checkRuntime(params.runtime);
  const kept = new KeptRuntime(runtime);
  try {
    const { judged, steps, elapsedMs, curve } = await learnAndJudge(params, read, kept, context);
    if (judged.known.length === 0) onNote(note(messages.notInformative, shown.length));
    else modalities.filter(each => !judged.known.includes(each)).forEach(each => onNote(note(uninformedMessages[each])));
    return {
      ...basics,
      judged: shown.length,
      findings: [...findings, ...mismatches(shown, judged)],
      scores: scoresOf(shown, judged),
      figures: Object.fromEntries(
        modalities.flatMap(each => [
          [`own-beats-random:${each}`, judged.auc[each]],
          [`estimated-wrong-share:${each}`, judged.share[each]],
        ]),
      ),
      curve: curve.map(({ step, loss }) => ({ step, loss })),
      trained: { steps, seconds: Math.round(elapsedMs / 100) / 10, runtime: runtime.name },
    };
  } finally {
    await kept.dispose();
  }
}

/** What can be learned from, and about it; of the pictures only the bytes so far. */
type ReadMaterial = Omit<ModalityMaterial, 'features'> & { readonly images: SubsetImages };

async function readMaterial(
  { root }: ModalityCheckParams,
  samples: readonly Sample[],
  context: CheckContext,
): Promise<ReadMaterial & { readonly shown: readonly Sample[]; readonly findings: readonly CheckFinding[] }> {
  // Sounds and records are the first half of what is read, pictures the other.
  const half = (start: number): CheckContext => ({
    ...context,
    report: (phase, share) => context.report(phase, phase === 'read' ? start + share / 2 : share),
  });
  const sides = await readSides(samples, half(0));
  const images = samples.map(({ image }) => image);
  const { bytes, groups, contents } = await readGrouped(root, images, FEATURED_IMAGE, half(0.5));
  const lost = samples.flatMap(({ image }, i) =>
    groups[i] < 0 ? [unreadable(image.file.path, note(messages.unreadableImage))] : [],
  );
  const places = [...sides.readable.keys()].filter(k => groups[sides.readable[k]] >= 0);
  const usable = places.map(k => sides.readable[k]);
  const firstOf = (of: readonly string[]): Int32Array => {
    const first = new Map<string, number>();
    of.forEach((content, i) => first.has(content) || first.set(content, i));
    return Int32Array.from(of, content => first.get(content)!);
  };
  return {
    shown: usable.map(i => samples[i]),
    findings: [...sides.findings, ...lost],
    images: new SubsetImages(new ByteImages(bytes, FEATURED_IMAGE), usable),
    groups: Int32Array.from(usable, i => groups[i]),
    sounds: places.length > 0 ? soundPictures(places.map(k => sides.spectrograms[k])) : new Float32Array(0),
    courses: standardized(
      places.map(k => sides.courses[k]),
      sides.sensors,
    ),
    sensors: sides.sensors,
    memberOf: {
      image: firstOf(usable.map(i => contents[i])),
      sound: firstOf(places.map(k => sides.contents.sound[k])),
      sensors: firstOf(places.map(k => sides.contents.sensors[k])),
    },
  };
}

async function learnAndJudge(
  { seed = 1, seconds }: ModalityCheckParams,
  { images, ...material }: ReadMaterial,
  runtime: Runtime,
  context: CheckContext,
) {
  const { signal, report } = context;
  const { parameters: starter } = await loadStarter(context.starterPath);
  const share = (done: number): void => report('group', done);
  const features = await PictureFeatures.of(images, starter, runtime, mixSeed(seed, 0xfea7), signal, share);
  const data = modalityData({ ...material, features });
  const { batch, limit } = foldBudget(data.count, FOLDS, PASSES, seconds);
  const networks = modalityNetworks(batch, material.sensors);
  const all = Int32Array.from({ length: data.count }, (_, i) => i);
  report('train', 0);
  const { folds, ...training } = await crossFit({
    networks,
    runtime,
    data,
    starts: { image: learningStart(starter) },
    learningRate: LEARNING_RATE,
    limit,
    folds: FOLDS,
    seed,
    seedsOf: fold => [mixSeed(seed, fold)],
    look: async (weights): Promise<ModalityRows> => {
      const embedding = { networks, runtime, weights, data, signal };
      return {
        image: await embedBranch(embedding, 'image', all),
        sound: await embedBranch(embedding, 'sound', all),
        sensors: await embedBranch(embedding, 'sensors', all),
      };
    },
    signal,
    onProgress: done => report('train', done),
  });
  report('judge', 0);
  const { groups, memberOf } = material;
  const judged = await judgeModalities(folds, memberOf, groups, runtime, mixSeed(seed, 0x3ad6e), context);
  report('judge', 1);
  return { judged, ...training };
}

const scoresOf = (shown: readonly Sample[], { judgements }: JudgedModalities): CheckScore[] =>
  judgements.map(({ doubt, chances, odd, better }, i) => ({
    path: pathOf(shown[i], 'image'),
    doubt,
    chances,
    ...(odd && { odd }),
    ...(odd && better !== undefined && { better: pathOf(shown[better], odd) }),
  }));

const mismatches = (shown: readonly Sample[], { judgements }: JudgedModalities): CheckFinding[] =>
  judgements.flatMap(({ chance, doubt, chances, odd: likeliest, better }, i): CheckFinding[] => {
    if (chance < LEAST_CHANCE) return [];
    const sample = shown[i];
    // Named where it is likelier than all other ways to be wrong together.
    const odd = likeliest && chances[likeliest] > chance / 2 ? likeliest : undefined;
    const order = [odd ?? 'image', ...modalities.filter(each => each !== (odd ?? 'image'))];
    const [path, ...partners] = order.map(each => pathOf(sample, each));
    const other = odd && better !== undefined ? pathOf(shown[better], odd) : undefined;
    return [
      {
        id: checkFindingId('modality-mismatch', sample.name, ...partners),
        kind: 'modality-mismatch',
        path,
        related: [...partners, ...(other === undefined ? [] : [other])].map(each => ({ path: each })),
        score: doubt,
        message: note(odd ? oddMessages[odd] : messages.apart, sample.name, chance.toFixed(2)),
        suggestion: other === undefined ? note(messages.review) : note(messages.fitsBetter, other),
      },
    ];
  });

const pathOf = (sample: Sample, modality: Modality): string =>
  modality === 'image' ? sample.image.file.path : sample[modality].path;
