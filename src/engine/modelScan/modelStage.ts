import { LEAST_PICTURES } from '../../core/calibration/strangerTail';
import type { ImageRecord } from '../../core/dataset/image';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { LABEL_VOTERS, labelSuspects } from '../../core/findings/labelSuspects';
import type { LabelSuspect } from '../../core/findings/labelSuspects';
import type { ContentPairs } from '../session/contentPairs';
import type { Embeddings } from './embeddings';
import { findNeighbourhood, scanDistance, unitedPairs } from './modelPairs';
import type { MeasureInput, Neighbourhood, ScanDistance } from './modelPairs';
import type { ScanModel } from './scanModel';
import { modelScanMessages } from './scanModel';

/** What a scan's model contributed. */
export interface ModelResult {
  readonly model: ScanModel;
  readonly embeddings: Embeddings;
  /** `same-picture` only: the pairs to report instead of the classical ones. */
  readonly pairs?: ContentPairs;
  /** `same-picture` only. */
  readonly scanDistance?: ScanDistance;
  /** `same-class` only. */
  readonly suspects: readonly LabelSuspect[];
  readonly notes: readonly Note[];
}

export interface ModelStageInput {
  readonly model: ScanModel;
  readonly embeddings: Embeddings;
  readonly contents: ReadonlySet<string>;
  readonly classical: ContentPairs;
  readonly images: readonly ImageRecord[];
  readonly measure: MeasureInput;
  readonly threads: number;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
}

/**
 * By the model's relation: `same-picture` finds pairs; `same-class` doubts labels; one that the user named answers Find Similar only.
 * Never the other way round: a network that was trained on classes pulls every T-shirt together.
 */
export async function runModelStage(input: ModelStageInput): Promise<ModelResult> {
  const { model, embeddings, contents, classical, images, measure, threads, onProgress, signal } = input;
  const { relation } = model.description;
  const nothing: ModelResult = { model, embeddings, suspects: [], notes: [] };
  if (relation !== 'same-picture' && relation !== 'same-class') return nothing;
  const neighbourhood = await findNeighbourhood(contents, embeddings, model, classical, threads, onProgress, signal);
  if (relation === 'same-class') return { ...nothing, suspects: suspectsOf(neighbourhood, images) };
  const scale = scanDistance(neighbourhood);
  if (!scale) return { ...nothing, notes: [note(modelScanMessages.fewPictures, LEAST_PICTURES)] };
  const near = (a: string, b: string): number => distanceBetween(nothing, a, b) ?? Infinity;
  return { ...nothing, scanDistance: scale, pairs: await unitedPairs(classical, neighbourhood, near, scale, measure, signal) };
}

/** By the model's own measure; undefined where either content is not embedded. */
export function distanceBetween(
  { model, embeddings }: Pick<ModelResult, 'model' | 'embeddings'>,
  a: string,
  b: string,
): number | undefined {
  const [first, second] = [embeddings.get(a), embeddings.get(b)];
  return first && second && model.distance.between(first, second);
}

/** Images whose label their neighbours contradict; copies of an image have no vote on it, and a content of several labels none on any. */
export function suspectsOf({ contents, lists, family }: Neighbourhood, images: readonly ImageRecord[]): LabelSuspect[] {
  const labelsOf = new Map<string, Set<string>>();
  for (const { content, label, problem } of images) {
    if (label === undefined || problem !== undefined) continue;
    const known = labelsOf.get(content);
    if (known) known.add(label);
    else labelsOf.set(content, new Set([label]));
  }
  const labelOf = contents.map(content => {
    const labels = [...(labelsOf.get(content) ?? [])];
    return labels.length === 1 ? labels[0] : undefined;
  });
  const numberOf = new Map(contents.map((content, i) => [content, i]));
  const judged = images.flatMap(({ index, content, label, problem }) => {
    const number = numberOf.get(content);
    if (label === undefined || problem !== undefined || number === undefined) return [];
    const neighbours = [];
    const seen = new Set<number>([family[number]]);
    for (const { other, distance } of lists[number]) {
      const vote = labelOf[other];
      // Copies of one picture are one voice.
      if (vote === undefined || seen.has(family[other])) continue;
      seen.add(family[other]);
      neighbours.push({ label: vote, distance });
      if (neighbours.length === LABEL_VOTERS) break;
    }
    return [{ image: index, label, neighbours }];
  });
  return labelSuspects(judged);
}
