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
import { ByteImages, SubsetImages } from '../../training/images';
import { FEATURED_IMAGE } from '../branches/pictureFeatures';
import type { CheckContext } from '../checkContext';
import type { CheckResult } from '../checkService';
import { listImages } from '../listImages';
import { readGrouped } from '../readGrouped';
import type { JudgedPairs } from './judgePairs';
import { judgePairs, LEAST_CHANCE } from './judgePairs';
import type { PairMaterial } from './learnPairs';
import { learnPairs } from './learnPairs';
import type { FilePair, FolderPair } from './pairFolders';
import { pairFolders } from './pairFolders';

/** Below, nobody can learn what belongs together. */
const FEWEST_PAIRS = 40;
/** The chance that an own partner fits better than another's, from which on the networks know something. */
const LEAST_AUC = 0.6;

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
  const { shown, ...material } = await readPairs(root, pairing.pairs, context);
  const distinct = new Set(material.groups).size;
  if (distinct < FEWEST_PAIRS) {
    context.onNote(note(messages.fewPairs, distinct, FEWEST_PAIRS));
    return undefined;
  }
  const { parameters: starter } = await loadStarter(context.starterPath);
  const { folds, ...learned } = await learnPairs(material, { runtime, starter, seed, seconds }, context);
  context.report('judge', 0);
  const judged = await judgePairs(folds, material.groups, mixSeed(seed, 0x3ad6e), context);
  context.report('judge', 1);
  return { ...learned, shown, judged };
}

/** The pairs of which both pictures could be read. */
async function readPairs(
  root: PairCheckParams['root'],
  pairs: readonly FilePair[],
  context: CheckContext,
): Promise<PairMaterial & { readonly shown: readonly FilePair[] }> {
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
