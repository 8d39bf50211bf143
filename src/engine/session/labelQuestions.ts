import type { ImageRecord } from '../../core/dataset/image';
import { labelFileKind } from '../../core/dataset/labelSource';
import { boxContent } from '../../core/findings/boxContent';
import { LabelReview } from '../../core/labels/labelReview';
import type { ReviewQuestion } from '../../core/labels/labelReview';
import type { Verdict } from '../../core/verdicts/verdict';
import type {
  KnownLabelAudit,
  LabelQuestion,
  LabelReviewAnswer,
  LabelReviewParams,
  ReviewKey,
  SeenImage,
} from '../../protocol/labelReview';
import type { KeptJudgement, KeptLabel } from './judgedLabels';
import type { ScanView } from './scanResult';

/** The review of a scan's labels: what was judged, joined with the images as they are now. Made anew for every generation. */
export class LabelQuestions {
  readonly #review: LabelReview<RatedThing>;
  readonly #things: readonly RatedThing[];
  readonly #imageAt: ReadonlyMap<string, ImageRecord>;
  /** What a person said a content's label is to be. */
  readonly #given: ReadonlyMap<string, string>;
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
    this.#things = judgement.labels.map(ratedThing);
    this.#given = new Map(
      verdicts.flatMap(({ verdict, images: [of], label }) => (verdict === 'relabel' ? [[of.content, label!]] : [])),
    );
    this.#review = new LabelReview(this.#things, thing => this.#imageOf(thing) !== undefined, verdicts);
  }

  ask({ count, skipped }: LabelReviewParams): LabelReviewAnswer {
    const off = new Set(skipped.map(reviewKey));
    const questions = this.#review.next(count, row => off.has(reviewKey(row)));
    const estimate = this.#review.estimate();
    return {
      generation: this.view.generation,
      judged: this.judgement.labels.length,
      isCalibrated: this.judgement.isCalibrated,
      questions: questions.flatMap(question => this.#question(question) ?? []),
      known: questions.flatMap(question => knownAudit(question) ?? []),
      progress: this.#review.progress,
      ...(estimate && { estimate }),
    };
  }

  #question({ row, audit, known }: ReviewQuestion<RatedThing>): LabelQuestion | undefined {
    const image = this.#imageOf(row);
    if (known || !image) return undefined;
    const { content, label, suggested, score, votes, nearest, box, at } = row;
    return {
      ...seen(image, row),
      content,
      ...(box && at && { at }),
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

  /**
   * As long as it holds the content and carries the label that were judged. A scan reads no boxes, so which label a box carries follows from
   * what was said of it.
   */
  #imageOf(thing: RatedThing): ImageRecord | undefined {
    const image = this.#imageAt.get(placeKey(thing));
    const labelNow = thing.box ? (this.#given.get(thing.content) ?? thing.label) : image?.label;
    return image?.content === thing.imageContent && labelNow === thing.label ? image : undefined;
  }

  /** Near images wherever they lie by now, as long as they carry the label still. */
  #shown(places: readonly number[], label: string): SeenImage[] {
    return places.flatMap(place => {
      const thing = this.#things.at(place);
      const image = thing && this.#imagesOf.get(thing.imageContent)?.find(each => thing.box ?? each.label === label);
      return image ? [seen(image, thing)] : [];
    });
  }
}

/** A rated label, `content` that of what is judged. */
interface RatedThing extends KeptLabel {
  readonly imageContent: string;
}

const ratedThing = (row: KeptLabel): RatedThing => ({
  ...row,
  content: row.box ? boxContent(row.content, row.box) : row.content,
  imageContent: row.content,
});

/** COCO counts pixels, YOLO shares of the sides. */
function seen(image: ImageRecord, { box, at }: KeptLabel): SeenImage {
  if (!box || !at) return { image };
  const [x, y, width, height] = box;
  const [sideX, sideY] = labelFileKind(at.file) === 'json' ? [image.width, image.height] : [1, 1];
  const share = (value: number, side: number): number => Math.min(1, Math.max(0, value / side));
  return {
    image,
    part: { left: share(x, sideX), top: share(y, sideY), right: share(x + width, sideX), bottom: share(y + height, sideY) },
  };
}

const placeKey = ({ root, path }: { readonly root: number; readonly path: string }): string => `${root}\0${path}`;
const reviewKey = (key: ReviewKey): string => `${placeKey(key)}\0${key.content}`;

function knownAudit({ row, audit, known }: ReviewQuestion<RatedThing>): KnownLabelAudit | undefined {
  if (!audit || !known) return undefined;
  const { root, path, content, label } = row;
  return { root, path, content, audit, ...(known.correct !== label && { correct: known.correct }) };
}
