import type { ImageRecord } from '../../core/dataset/image';
import { LabelReview } from '../../core/labels/labelReview';
import type { ReviewQuestion } from '../../core/labels/labelReview';
import type { Verdict } from '../../core/verdicts/verdict';
import type { KnownLabelAudit, LabelQuestion, LabelReviewAnswer, LabelReviewParams, ReviewKey } from '../../protocol/labelReview';
import type { KeptJudgement, KeptLabel } from './judgedLabels';
import type { ScanView } from './scanResult';

/** The review of a scan's labels: what was judged, joined with the images as they are now. Made anew for every generation. */
export class LabelQuestions {
  readonly #review: LabelReview<KeptLabel>;
  readonly #imageAt: ReadonlyMap<string, ImageRecord>;
  readonly #boxes: number;
  readonly #imagesOf = new Map<string, ImageRecord[]>();

  constructor(
    private readonly view: ScanView,
    private readonly judgement: KeptJudgement,
    verdicts: readonly Verdict[],
  ) {
    const images = view.data.images.filter(({ problem, reference }) => problem === undefined && reference !== true);
    this.#imageAt = new Map(images.map(image => [placeKey(image), image]));
    for (const image of images) {
      const own = this.#imagesOf.get(image.content);
      if (own) own.push(image);
      else this.#imagesOf.set(image.content, [image]);
    }
    const ofImages = judgement.labels.filter(({ box }) => box === undefined);
    this.#boxes = judgement.labels.length - ofImages.length;
    this.#review = new LabelReview(ofImages, row => this.#imageOf(row) !== undefined, verdicts);
  }

  ask({ count, skipped }: LabelReviewParams): LabelReviewAnswer {
    const off = new Set(skipped.map(reviewKey));
    const questions = this.#review.next(count, row => off.has(reviewKey(row)));
    const estimate = this.#review.estimate();
    return {
      generation: this.view.generation,
      judged: this.judgement.labels.length,
      boxes: this.#boxes,
      isCalibrated: this.judgement.isCalibrated,
      questions: questions.flatMap(question => this.#question(question) ?? []),
      known: questions.flatMap(question => knownAudit(question) ?? []),
      progress: this.#review.progress,
      ...(estimate && { estimate }),
    };
  }

  #question({ row, audit, known }: ReviewQuestion<KeptLabel>): LabelQuestion | undefined {
    const image = this.#imageOf(row);
    if (known || !image) return undefined;
    const { label, suggested, score, votes, nearest } = row;
    return {
      image,
      label,
      suggested,
      score,
      ...(votes && { votes }),
      ...(audit && { audit }),
      nearest: {
        given: this.#shown(nearest?.given ?? [], label),
        suggested: this.#shown(nearest?.suggested ?? [], suggested),
      },
    };
  }

  /** As long as it holds the content and carries the label that were judged. */
  #imageOf(row: KeptLabel): ImageRecord | undefined {
    const image = this.#imageAt.get(placeKey(row));
    return image?.content === row.content && image.label === row.label ? image : undefined;
  }

  /** Near images wherever they lie by now, as long as they carry the label still. */
  #shown(places: readonly number[], label: string): ImageRecord[] {
    return places.flatMap(
      place => this.#imagesOf.get(this.judgement.labels[place]?.content)?.find(image => image.label === label) ?? [],
    );
  }
}

const placeKey = ({ root, path }: { readonly root: number; readonly path: string }): string => `${root}\0${path}`;
const reviewKey = (key: ReviewKey): string => `${placeKey(key)}\0${key.content}`;

function knownAudit({ row, audit, known }: ReviewQuestion<KeptLabel>): KnownLabelAudit | undefined {
  if (!audit || !known) return undefined;
  const { root, path, content, label } = row;
  return { root, path, content, audit, ...(known.correct !== label && { correct: known.correct }) };
}
