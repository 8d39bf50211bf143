import { captionMessages as messages } from '../../../core/checks/captionMessages';
import { shortCaption } from '../../../core/checks/captionText';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { note } from '../../../core/dataset/note';
import type { CaptionCheckParams } from '../../../protocol/checks';
import { checkRuntime } from '../checkRuntime';
import { KeptRuntime } from '../../runtime/keptRuntime';
import type { Runtime } from '../../runtime/runtime';
import { loadStarter } from '../../starter/loadStarter';
import type { CheckContext } from '../checkContext';
import type { CheckResult } from '../checkService';
import type { MatchJudgement } from '../judgeMatches';
import { listImages } from '../listImages';
import { readGrouped } from '../readGrouped';
import type { BytePairs } from './bytePairs';
import { learnBytePairs, suitableLength } from './bytePairs';
import type { Captioned } from './captionFiles';
import { findCaptions } from './captionFiles';
import { FEATURED_IMAGE } from '../branches/pictureFeatures';
import { learnFit } from './learnFit';
import type { CaptionMaterial } from './learnFit';
import { findDuplicates } from './duplicateFindings';

/** A caption is reported where it is likelier wrong than right. */
const LEAST_CHANCE = 0.5;
/** Below, nobody can learn what fits. */
const FEWEST_SAMPLES = 40;
const FEWEST_CAPTIONS = 10;
/** The chance that an own caption beats one at random, from which on the networks know something. */
const LEAST_AUC = 0.6;

/** Do the captions beside the images fit them, are there any missing, do different images say the same? */
export async function checkCaptions(params: CaptionCheckParams, context: CheckContext): Promise<CheckResult> {
  const candidates = await listImages(params.root, context);
  const { captioned, findings } = await findCaptions(candidates, context);
  const { material, shown } = await readMaterial(params, captioned, context);
  const basics = { check: 'captions' as const, samples: candidates.length };
  const runtime = await checkRuntime(params.runtime);
  const kept = new KeptRuntime(runtime);
  try {
    const pieces = learnBytePairs(material.captions);
    const options = { pieces, length: suitableLength(material.captions, pieces), runtime: kept, seed: params.seed ?? 1 };
    const duplicates = await findDuplicates(shown, material, { ...options, seconds: params.seconds }, context);
    const mismatches = await findMismatches(shown, material, { ...options, seconds: params.seconds }, context);
    context.report('judge', 1);
    return { ...basics, ...mismatches, findings: [...findings, ...duplicates, ...mismatches.findings] };
  } finally {
    await kept.dispose();
  }
}

interface LearningOptions {
  readonly pieces: BytePairs;
  readonly length: number;
  readonly runtime: Runtime;
  readonly seed: number;
  readonly seconds: number | undefined;
}

/** Nothing is judged, which is told, where there is too little to learn from. */
async function findMismatches(
  shown: readonly Captioned[],
  material: CaptionMaterial,
  options: LearningOptions,
  context: CheckContext,
): Promise<Omit<CheckResult, 'check' | 'samples'>> {
  const { onNote } = context;
  const distinct = new Set(material.groups).size;
  if (distinct < FEWEST_SAMPLES || material.captions.length < FEWEST_CAPTIONS) {
    if (distinct < FEWEST_SAMPLES) onNote(note(messages.fewCaptions, distinct, FEWEST_SAMPLES));
    else onNote(note(messages.sameCaptions, material.captions.length));
    return { judged: 0, findings: [], scores: [], figures: {} };
  }
  const { parameters: starter } = await loadStarter(context.starterPath);
  const { judged, steps, elapsedMs, curve } = await learnFit(material, { ...options, starter }, context);
  const { share, auc } = judged.groups;
  const isInformed = auc >= LEAST_AUC;
  if (!isInformed) onNote(note(messages.notInformative, shown.length));
  const fileWith = filesWith(shown, material);
  return {
    judged: shown.length,
    findings: isInformed ? mismatchFindings(shown, material, judged.judgements, fileWith) : [],
    scores: judged.judgements.map(({ doubt, better }, i) => ({
      path: shown[i].candidate.file.path,
      doubt,
      ...(better !== undefined && { better: fileWith[better] }),
    })),
    figures: { 'own-beats-random': auc, 'estimated-wrong-share': share },
    curve: curve.map(({ step, loss }) => ({ step, loss })),
    trained: { steps, seconds: Math.round(elapsedMs / 100) / 10, runtime: options.runtime.name },
  };
}

/** The pictures that could be read, with their captions. */
async function readMaterial(
  { root }: CaptionCheckParams,
  captioned: readonly Captioned[],
  context: CheckContext,
): Promise<{ readonly material: CaptionMaterial; readonly shown: readonly Captioned[] }> {
  const candidates = captioned.map(({ candidate }) => candidate);
  const { readable, bytes, groups } = await readGrouped(root, candidates, FEATURED_IMAGE, context);
  const lost = captioned.findIndex((_, i) => groups[i] < 0);
  if (lost >= 0) context.onNote(note(messages.unreadableImages, captioned.length - readable.length, candidates[lost].file.path));
  const shown = Array.from(readable, i => captioned[i]);
  const captions = [...new Set(shown.map(({ caption }) => caption))];
  const numberOf = new Map(captions.map((caption, i) => [caption, i]));
  return {
    shown,
    material: {
      bytes,
      readable,
      groups: readable.map(i => groups[i]),
      captions,
      captionOf: Int32Array.from(shown, ({ caption }) => numberOf.get(caption)!),
    },
  };
}

/** For each caption the first picture that carries it. */
function filesWith(shown: readonly Captioned[], { captions, captionOf }: CaptionMaterial): readonly string[] {
  const files = new Array<string>(captions.length);
  // Backwards, so that the first is what stays.
  for (let i = shown.length - 1; i >= 0; i--) files[captionOf[i]] = shown[i].candidate.file.path;
  return files;
}

function mismatchFindings(
  shown: readonly Captioned[],
  { captions }: CaptionMaterial,
  judgements: readonly MatchJudgement[],
  fileWith: readonly string[],
): CheckFinding[] {
  return judgements.flatMap(({ chance, doubt, better }, i): CheckFinding[] => {
    if (chance < LEAST_CHANCE) return [];
    const { candidate, caption } = shown[i];
    const { path } = candidate.file;
    const basics = {
      id: checkFindingId('caption-mismatch', path, caption),
      kind: 'caption-mismatch' as const,
      path,
      score: doubt,
    };
    const given = [shortCaption(caption), chance.toFixed(2)] as const;
    if (better === undefined) {
      return [{ ...basics, related: [], message: note(messages.mismatch, ...given), suggestion: note(messages.review) }];
    }
    const [other, text] = [fileWith[better], shortCaption(captions[better])];
    return [
      {
        ...basics,
        related: [{ path: other }],
        message: note(messages.mismatchBetter, ...given, other, text),
        suggestion: note(messages.useOther, other, text),
      },
    ];
  });
}
