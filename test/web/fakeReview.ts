import { LEAST_AUDITS } from '../../src/core/labels/labelAudits';
import type { LabelQuestion, ReviewKey, SeenImage } from '../../src/protocol/labelReview';
import type { ReviewAction, ReviewSnapshot } from '../../src/protocol/panelReview';
import { imageOf } from './fakeData';
import type { ReviewScenario } from './scenario';

type Answer = 'accept' | 'other' | 'right' | 'skip';

/** The host's end of the review, played: questions in order, with one audit in eight. */
export class FakeReview {
  private readonly answers = new Map<string, Answer>();
  private length = 30;

  constructor(private readonly scenario: ReviewScenario) {}

  snapshot(): ReviewSnapshot {
    const {
      labels = 40,
      suspects = labels,
      ofBoxes = false,
      state = 'ready',
      audits = 4,
      isCalibrated = true,
      isJudging = false,
      problem,
    } = this.scenario;
    const all = Array.from({ length: labels }, (_, i) => {
      const each = i < suspects ? question(i) : { ...question(i), score: 0.4 - i / 1000 };
      return ofBoxes ? ofBox(each) : each;
    });
    const open = all.filter(({ image }) => !this.answers.has(image.path));
    const given = [...this.answers.values()];
    const skipped = given.filter(each => each === 'skip').length;
    const found = 3 + given.filter(each => each === 'accept' || each === 'other').length;
    return {
      state,
      isJudging,
      isCalibrated,
      questions: state === 'ready' ? open.slice(0, this.length) : [],
      progress: { reviewed: this.answers.size - skipped, total: suspects, audits, found },
      skipped,
      ...(audits >= LEAST_AUDITS && {
        estimate: { wrong: { value: 46, low: 38, high: 61 }, share: { value: found / 46, low: found / 61, high: found / 38 } },
      }),
      ...(problem !== undefined && { problem }),
    };
  }

  act(action: ReviewAction): boolean {
    switch (action.kind) {
      case 'show':
      case 'judge':
        return true;
      case 'more':
        this.length += 30;
        return true;
      case 'again':
        for (const [path, answer] of this.answers) if (answer === 'skip') this.answers.delete(path);
        return true;
      case 'undo':
        return this.answers.delete([...this.answers.keys()].at(-1) ?? '');
      default:
        return this.answer(action.image, action.kind);
    }
  }

  private answer({ path }: ReviewKey, answer: Answer): boolean {
    this.answers.set(path, answer);
    return true;
  }
}

/** The same, of a box in the middle of each image. */
function ofBox(of: LabelQuestion): LabelQuestion {
  const part = { left: 0.25, top: 0.25, right: 0.75, bottom: 0.5 };
  const shown = (seen: readonly SeenImage[]) => seen.map(({ image }) => ({ image, part }));
  const nearest = { given: shown(of.nearest.given), suggested: shown(of.nearest.suggested) };
  return { ...of, part, at: { file: 'labels/0001.txt', line: 3, column: 1 }, nearest };
}

function question(index: number): LabelQuestion {
  const image = imageOf(index);
  const label = image.label!;
  const suggested = imageOf(index + 1).label!;
  // Every fourth made-up image has one label.
  const near = (start: number) => [4, 8, 12].map(step => ({ image: imageOf(start + step) }));
  return {
    image,
    content: image.content,
    label,
    suggested,
    score: 0.99 - index / 100,
    votes: { suggested: 9, asked: 10 },
    ...(index % 8 === 7 && { audit: { probability: 0.01 } }),
    nearest: { given: index === 2 ? [] : near(index), suggested: near(index + 1) },
  };
}
