import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import type { CheckScore } from '../../../core/checks/checkScore';
import { pairMessages as messages } from '../../../core/checks/pairMessages';
import { note } from '../../../core/dataset/note';
import type { PairCheckParams } from '../../../protocol/checks';
import { checkRuntime } from '../checkRuntime';
import { KeptRuntime } from '../../runtime/keptRuntime';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import { loadStarter } from '../../starter/loadStarter';
import type { FitLimit } from '../../training/fit';
import type { ImageSource } from '../../training/images';
import { ByteImages, SubsetImages } from '../../training/images';
import { sizeOf } from '../../compile/graph';
import { crossFit } from '../branches/crossFit';
import { FEATURED_IMAGE, FEATURE_SHAPE, learningStart, PictureFeatures } from '../branches/pictureFeatures';
import type { BranchData } from '../branches/trainBranches';
import { embedBranch } from '../branches/trainBranches';
import type { CheckContext } from '../checkContext';
import type { CheckResult } from '../checkService';
import { listImages } from '../listImages';
import { readGrouped } from '../readGrouped';
import type { JudgedPairs, PairVectors } from './judgePairs';
import { judgePairs, LEAST_CHANCE } from './judgePairs';
import type { FilePair, FolderPair } from './pairFolders';
import { pairFolders } from './pairFolders';
import type { Side } from './pairNetworks';
import { pairNetworks } from './pairNetworks';

/** Below, nobody can learn what belongs together. */
const FEWEST_PAIRS = 40;
/** The chance that an own partner fits better than another's, from which on the networks know something. */
const LEAST_AUC = 0.6;
const BATCH = 64;
const FOLDS = 4;
const LEARNING_RATE = 1.5e-3;
/** Passes through a network's own pairs; of many pairs fewer, for the time it takes. */
const EPOCHS = 20;
const [FEWEST_STEPS, MOST_STEPS] = [120, 1200];

/** Do the pictures of one name in two or more folders belong together, and has each a partner? */
export async function checkPairs(params: PairCheckParams, context: CheckContext): Promise<CheckResult> {
  const candidates = await listImages(params.root, context);
  const { pairings, findings } = pairFolders(params.root.name, params.folders, candidates, context.onNote);
  const runtime = await checkRuntime(params.runtime);
  const kept = new KeptRuntime(runtime);
  const all: CheckFinding[] = [...findings];
  const scores: CheckScore[] = [];
  const figures: Record<string, number> = {};
  let [judged, steps, elapsedMs] = [0, 0, 0];
  let curve: CheckResult['curve'];
  try {
    for (const pairing of pairings) {
      const learned = await judgeFolder(params, pairing, kept, context);
      if (!learned) continue;
      judged += learned.shown.length;
      scores.push(...scoresOf(learned.shown, learned.judged));
      steps += learned.steps;
      elapsedMs += learned.elapsedMs;
      curve ??= learned.curve.map(({ step, loss }) => ({ step, loss }));
      const { auc, share, firstOfTwenty } = learned.judged;
      const suffix = pairings.length > 1 ? `:${pairing.folder}` : '';
      figures[`own-beats-random${suffix}`] = auc;
      figures[`estimated-wrong-share${suffix}`] = share;
      if (!Number.isNaN(firstOfTwenty)) figures[`first-of-20${suffix}`] = firstOfTwenty;
      if (auc >= LEAST_AUC) all.push(...mismatches(learned.shown, learned.judged));
      else context.onNote(note(messages.notInformative, learned.shown.length));
    }
    return {
      check: 'pairs',
      samples: pairings.reduce((sum, { pairs }) => sum + pairs.length, 0),
      judged,
      findings: all,
      scores,
      figures,
      ...(curve && { curve }),
      ...(steps > 0 && { trained: { steps, seconds: Math.round(elapsedMs / 100) / 10, runtime: runtime.name } }),
    };
  } finally {
    await kept.dispose();
  }
}

async function judgeFolder(
  { root, seed = 1, seconds }: PairCheckParams,
  pairing: FolderPair,
  runtime: Runtime,
  context: CheckContext,
) {
  const read = await readPairs(root, pairing.pairs, context);
  const distinct = new Set(read.groups).size;
  if (distinct < FEWEST_PAIRS) {
    context.onNote(note(messages.fewPairs, distinct, FEWEST_PAIRS));
    return undefined;
  }
  const { signal, report } = context;
  const { parameters: starter } = await loadStarter(context.starterPath);
  const start = learningStart(starter);
  const featuresOf = (side: Side, number: number): Promise<PictureFeatures> =>
    PictureFeatures.of(read.images[side], starter, runtime, mixSeed(seed, 0xfea7, number), signal, share =>
      report('group', (number + share) / 2),
    );
  const data = dataOf(read, { first: await featuresOf('first', 0), second: await featuresOf('second', 1) });
  const own = Math.floor((data.count * (FOLDS - 1)) / FOLDS);
  const batch = Math.min(BATCH, own);
  const steps = Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, Math.ceil((own * EPOCHS) / batch)));
  const limit: FitLimit = seconds === undefined ? { steps } : { seconds };
  report('train', 0);
  const networks = pairNetworks(batch);
  const all = Int32Array.from({ length: data.count }, (_, i) => i);
  const { folds, ...fitted } = await crossFit({
    networks,
    runtime,
    data,
    starts: { first: start, second: start },
    learningRate: LEARNING_RATE,
    limit,
    folds: FOLDS,
    seed,
    seedsOf: fold => [mixSeed(seed, fold)],
    look: async (weights): Promise<PairVectors> => {
      const embedding = { networks, runtime, weights, data, signal };
      const [first, second] = [await embedBranch(embedding, 'first', all), await embedBranch(embedding, 'second', all)];
      return { first, second, size: first.length / data.count };
    },
    signal,
    onProgress: share => report('train', share),
  });
  report('judge', 0);
  const judged = await judgePairs(folds, data, mixSeed(seed, 0x3ad6e), context);
  report('judge', 1);
  return { ...fitted, shown: read.shown, judged };
}

/** The pairs of which both pictures could be read. */
interface ReadPairs {
  readonly shown: readonly FilePair[];
  readonly images: Readonly<Record<Side, ImageSource>>;
  /** Equal for near-duplicates of the first folder; many masks are near-duplicates of each other and yet belong to one picture each. */
  readonly groups: Int32Array;
  readonly secondContents: readonly string[];
}

async function readPairs(root: PairCheckParams['root'], pairs: readonly FilePair[], context: CheckContext): Promise<ReadPairs> {
  const reads = {
    first: await readGrouped(
      root,
      pairs.map(({ first }) => first),
      FEATURED_IMAGE,
      context,
    ),
    second: await readGrouped(
      root,
      pairs.map(({ second }) => second),
      FEATURED_IMAGE,
      context,
    ),
  };
  const usable = Int32Array.from([...pairs.keys()].filter(i => reads.first.groups[i] >= 0 && reads.second.groups[i] >= 0));
  const lost = pairs.findIndex((_, i) => !usable.includes(i));
  if (lost >= 0) {
    const side = reads.first.groups[lost] < 0 ? pairs[lost].first : pairs[lost].second;
    context.onNote(note(messages.unreadable, pairs.length - usable.length, side.file.path));
  }
  const images = {
    first: new SubsetImages(new ByteImages(reads.first.bytes, FEATURED_IMAGE), usable),
    second: new SubsetImages(new ByteImages(reads.second.bytes, FEATURED_IMAGE), usable),
  };
  return {
    shown: Array.from(usable, i => pairs[i]),
    images,
    groups: Int32Array.from(usable, i => reads.first.groups[i]),
    secondContents: Array.from(usable, i => reads.second.contents[i]),
  };
}

function dataOf({ groups, secondContents }: ReadPairs, features: Readonly<Record<Side, PictureFeatures>>): BranchData<Side> {
  const each = sizeOf(FEATURE_SHAPE);
  return {
    count: groups.length,
    groups,
    array: (_, batch) => new Float32Array(batch * each),
    write: (branch, ...at) => features[branch].write(...at),
    arePartners: (a, b) => groups[a] === groups[b] || secondContents[a] === secondContents[b],
  };
}

const scoresOf = (shown: readonly FilePair[], { judgements }: JudgedPairs): CheckScore[] =>
  judgements.map(({ doubt, better }, i) => ({
    path: shown[i].first.file.path,
    partner: shown[i].second.file.path,
    doubt,
    ...(better !== undefined && { better: shown[better].second.file.path }),
  }));

const mismatches = (shown: readonly FilePair[], { judgements }: JudgedPairs): CheckFinding[] =>
  judgements.flatMap(({ chance, doubt, better }, i): CheckFinding[] => {
    if (chance < LEAST_CHANCE) return [];
    const [path, partner] = [shown[i].first.file.path, shown[i].second.file.path];
    const other = better === undefined ? undefined : shown[better].second.file.path;
    return [
      {
        id: checkFindingId('pair-mismatch', path, partner),
        kind: 'pair-mismatch',
        path,
        related: [{ path: partner }, ...(other === undefined ? [] : [{ path: other }])],
        score: doubt,
        message:
          other === undefined
            ? note(messages.mismatch, partner, chance.toFixed(2))
            : note(messages.mismatchBetter, partner, chance.toFixed(2), other),
        suggestion: other === undefined ? note(messages.review) : note(messages.useOther, other),
      },
    ];
  });
