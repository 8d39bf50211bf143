import { auditAccuracy } from '../../core/metrics/auditAccuracy';
import type { Verdict } from '../../core/verdicts/verdict';
import type { PairRow } from '../../protocol/engine';
import type { CompareModelsParams, ModelComparison } from '../../protocol/labeling';
import { Embeddings, PictureEmbedder } from '../modelScan/embeddings';
import { loadScanModel } from '../modelScan/scanModel';
import { transformsOf } from '../session/join';
import type { PairSource } from '../session/pairSource';
import type { FileReader } from '../session/readStage';
import type { ScanView } from '../session/scanResult';

/** Pairs that the models judge differently, listed at most. */
const mostListed = 50;

export interface CompareInput {
  readonly view: ScanView;
  readonly verdicts: readonly Verdict[];
  readonly reader: FileReader;
  readonly pairSource: PairSource;
  /** Of the built-in measure. */
  readonly threshold: number;
  pairOf(first: number, second: number): Promise<PairRow | null>;
}

interface Audit {
  /** Images, by index. */
  readonly first: number;
  readonly second: number;
  readonly similar: boolean;
  readonly probability: number;
}

/** Whether each audit's pair is on the similar side of a model's own threshold. */
type Judge = (audit: Audit) => boolean;

/**
 * Two models on the same audits, each at the threshold of its own that its file names (the built-in measure: the scan's default).
 *
 * @throws NoteError where a model can't be read
 */
export async function compareModels(
  input: CompareInput,
  { models, relation }: CompareModelsParams,
  signal: AbortSignal,
): Promise<ModelComparison> {
  const audits = auditsOf(input, relation);
  const sides: boolean[][] = [];
  for (const model of models) {
    const judge = audits.length === 0 ? undefined : await judgeOf(input, model, audits, signal);
    sides.push(audits.map(audit => judge!(audit)));
  }
  const accuracyOf = (k: number) =>
    auditAccuracy(audits.map(({ similar, probability }, i) => ({ similar, probability, saysSimilar: sides[k][i] })));
  const differing: ModelComparison['differing'][number][] = [];
  let disagreements = 0;
  for (const [i, { first, second, similar }] of audits.entries()) {
    if (sides[0][i] === sides[1][i]) continue;
    disagreements++;
    const pair = differing.length < mostListed ? await input.pairOf(first, second) : null;
    if (pair) differing.push({ pair, similar, said: [sides[0][i], sides[1][i]] });
  }
  return {
    audits: audits.length,
    ...(audits.length > 0 && { accuracies: [accuracyOf(0), accuracyOf(1)] as const }),
    disagreements,
    differing,
  };
}

/** Those whose images are still there, each pair once. */
function auditsOf({ view, verdicts }: CompareInput, relation: string): Audit[] {
  const audits = new Map<string, Audit>();
  for (const { relation: of, verdict, images, audit } of verdicts) {
    if (of !== relation || !audit || verdict === 'ignore' || images.length !== 2) continue;
    const [first, second] = images.map(({ content }) => view.places.get(content)?.[0]);
    if (first === undefined || second === undefined || first === second) continue;
    const key = `${Math.min(first, second)} ${Math.max(first, second)}`;
    audits.set(key, { first, second, similar: verdict === 'similar', probability: audit.probability });
  }
  return [...audits.values()];
}

async function judgeOf(input: CompareInput, file: string | null, audits: readonly Audit[], signal: AbortSignal): Promise<Judge> {
  const { view, pairSource, threshold } = input;
  const { images, rows, params } = view.data;
  if (file === null) {
    return ({ first, second }) => {
      const signature = rows.signatureOf(images[first].content)?.slice();
      const row = rows.rowOf(images[second].content);
      if (!signature || row === undefined) return false;
      return pairSource.measure(rows.table, signature, row, transformsOf(params)).distance <= threshold;
    };
  }
  const model = await loadScanModel(file);
  try {
    const known = view.data.model?.model.hash === model.hash ? view.data.model.embeddings : undefined;
    const embeddings = known ?? new Embeddings(model.hash, model.embeddingSize);
    const embedder = new PictureEmbedder(model, embeddings, signal);
    for (const index of new Set(audits.flatMap(({ first, second }) => [first, second]))) {
      const { content, root } = images[index];
      if (!embedder.wants(content)) continue;
      signal.throwIfAborted();
      const { raster } = await input.reader.readSingle(
        view.data.files[index].absolute,
        params.roots[root].settings.maxPixels,
        model,
      );
      if (raster) await embedder.add(content, raster);
    }
    await embedder.finish();
    return ({ first, second }) => {
      const [a, b] = [embeddings.get(images[first].content), embeddings.get(images[second].content)];
      return a !== undefined && b !== undefined && model.distance.between(a, b) <= model.description.threshold;
    };
  } finally {
    await model.dispose();
  }
}
