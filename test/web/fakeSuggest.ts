import type { SuggestAction, SuggestSnapshot, SuggestedImage } from '../../src/protocol/panelSuggest';
import { imageOf } from './fakeData';
import type { SuggestScenario } from './scenario';

const labels = ['cat', 'dog', 'horse'];

/** The host's end of suggested labels, played: the surer the earlier; every tenth is like none. */
export class FakeSuggest {
  private accepted: string[][] = [];

  constructor(private readonly scenario: SuggestScenario) {}

  snapshot(): SuggestSnapshot | null {
    const { images = 40, encoder = 'starter', hasTrial = true, problem, none = false } = this.scenario;
    if (none) return null;
    const gone = new Set(this.accepted.flat());
    const all = Array.from({ length: images }, (_, i) => suggestion(i, images));
    return {
      folder: 'photos/inbox',
      home: 'photos/train',
      encoder:
        encoder === 'starter'
          ? { kind: 'starter', name: 'starter', relation: 'same-picture' }
          : { kind: 'model', name: 'my pets', relation: 'same-class', path: '/models/pets.twinlint' },
      classes: labels.map((label, i) => ({ label, references: 2, example: imageOf(900 + i, { root: -1 }) })),
      ...(hasTrial && { trial: { judged: 6, right: 5, meanConfidence: 0.81 } }),
      images: all.filter(({ place }) => !gone.has(place)),
      accepted: gone.size,
      ...(problem !== undefined && { problem }),
    };
  }

  act(action: SuggestAction): boolean {
    switch (action.kind) {
      case 'undo':
        return this.accepted.pop() !== undefined;
      case 'accept':
      case 'other':
        this.accepted.push([...action.places]);
        return true;
      default:
        return true;
    }
  }
}

function suggestion(index: number, count: number): SuggestedImage {
  const image = imageOf(index, { root: -1 });
  const isUnknown = index % 10 === 9;
  return {
    image,
    place: image.path,
    label: labels[index % 3],
    confidence: isUnknown ? 0.1 + index / (10 * count) : 0.99 - (0.4 * index) / count,
    second: labels[(index + 1) % 3],
  };
}
