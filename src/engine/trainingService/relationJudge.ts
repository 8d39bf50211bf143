import { note, NoteError } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { JudgedBy, RelationFigures } from '../../protocol/compareLosses';
import type { Distance } from '../distances/distance';
import { euclidean } from '../distances/euclidean';
import type { Model } from '../model/modelFile';
import { DISTANCES } from '../distances/distances';
import type { Runtime } from '../runtime/runtime';
import { SeededRandom } from '../samplers/random';
import type { PairList } from '../samplers/pairSampler';
import { Breather } from '../../workspace/breathe';
import { embedAll } from '../training/embed';
import { frozenEncoderProgram } from '../training/encoderProgram';
import { heldBackViews } from '../training/heldBack';
import type { Alteration, ImageSource } from '../training/images';
import { SubsetImages } from '../training/images';
import { fittedAccuracy, pairDistances, pairMetrics } from '../training/pairMetrics';
import { drawPairs, pairCounts, recallAt } from './judgedPairs';

/** More take longer to embed and look up, and make the figures hardly surer. */
const MOST_JUDGED = 2000;

/** Images with the pairs by which embeddings of them are judged. */
interface Question {
  readonly by: JudgedBy;
  readonly images: ImageSource;
  readonly pairs: PairList;
  /** Equal numbers are alike: classes, or the image that a view was made of. */
  readonly kinds: Int32Array;
}

export interface RelationJudgeInput {
  readonly images: ImageSource;
  /** A class number per image, −1 for none. */
  readonly labels: Int32Array;
  readonly judged: Int32Array;
  /** Two views of each image are made with these; none: there is nothing to ask about views. */
  readonly alterations: readonly Alteration[];
  readonly seed: number;
}

/** Judges encoders on the same pairs of images that none of them learned from. */
export class RelationJudge {
  private constructor(
    private readonly questions: readonly Question[],
    private readonly seed: number,
  ) {}

  /** @throws NoteError where the images hold no two pictures that are alike and two that are not */
  static async of({ images, labels, judged, alterations, seed }: RelationJudgeInput): Promise<RelationJudge> {
    const chosen = new SeededRandom(seed).shuffle(judged.slice()).subarray(0, MOST_JUDGED);
    const questions: Question[] = [];
    const views = alterations.length > 0 ? await heldBackViews(images, chosen, alterations, seed) : undefined;
    if (views) {
      const kinds = Int32Array.from({ length: views.images.count }, (_, view) => view >> 1);
      questions.push({ by: 'views', images: views.images, pairs: views.pairs, kinds });
    }
    const kinds = Int32Array.from(chosen, i => labels[i]);
    const { similar, different } = pairCounts(kinds);
    if (similar > 0 && different > 0) {
      questions.push({ by: 'labels', images: new SubsetImages(images, chosen), pairs: drawPairs(kinds, seed), kinds });
    }
    if (questions.length === 0) throw new NoteError(note(messages.heldOutTooFew, judged.length));
    return new RelationJudge(questions, seed);
  }

  async ofModel({ network, parameters, description }: Model, runtime: Runtime, signal: AbortSignal): Promise<RelationFigures[]> {
    const encoder = await runtime.load(frozenEncoderProgram(network, parameters));
    try {
      return await this.#figures(
        images => embedAll(encoder, network, images, { signal }),
        network.embeddingSize,
        DISTANCES[description.distance],
        signal,
      );
    } finally {
      await encoder.dispose();
    }
  }

  /** The baseline: the pictures themselves in place of embeddings. */
  ofPixels(signal: AbortSignal): Promise<RelationFigures[]> {
    const size = this.questions[0].images.shape.reduce((a, b) => a * b, 1);
    const pixelsOf = async (images: ImageSource): Promise<Float32Array> => {
      const pixels = new Float32Array(images.count * size);
      for (let i = 0; i < images.count; i++) images.read(i, pixels, i * size);
      return pixels;
    };
    return this.#figures(pixelsOf, size, euclidean, signal);
  }

  async #figures(
    embed: (images: ImageSource) => Promise<Float32Array>,
    size: number,
    distance: Distance,
    signal: AbortSignal,
  ): Promise<RelationFigures[]> {
    const figures: RelationFigures[] = [];
    const breather = new Breather();
    for (const { by, images, pairs, kinds } of this.questions) {
      const embeddings = await embed(images);
      const of = (image: number): Float32Array => embeddings.subarray(image * size, (image + 1) * size);
      const distances = pairDistances(pairs, embeddings, size, distance);
      const [recall] = await recallAt(
        [1],
        kinds,
        (a, b) => distance.between(of(a), of(b)),
        this.seed,
        async () => {
          await breather.breathe();
          signal.throwIfAborted();
        },
      );
      figures.push({
        by,
        rocAuc: pairMetrics(distances, pairs.similar, 0).rocAuc,
        recallAt1: recall.value,
        accuracy: fittedAccuracy(distances, pairs.similar),
      });
    }
    return figures;
  }
}
