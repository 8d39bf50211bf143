import type { ImageRecord } from '../dataset/image';
import type { Defect } from '../quality/findDefects';
import { judgedThing } from './boxContent';
import type { Contradiction } from './contradictions';
import type { Finding } from './finding';
import { fileId, identityId, labelId, qualityId, verdictFindingId } from './findingId';
import type { IdentityLeak } from './identityLeaks';
import type { FindingKind } from './kinds';
import type { LabelSuspect } from './labelSuspects';

/** What is known of single images: at most one fact an image and kind, but for boxes. */
export interface FileFacts {
  /** Images, or boxes of images, whose label a model doubts. */
  readonly suspects?: readonly LabelSuspect[];
  readonly defects?: readonly Defect[];
  readonly leaks?: readonly IdentityLeak[];
  readonly contradictions?: readonly Contradiction[];
}

/** One image and what is to be said of it. */
interface FileFinding {
  readonly image: number;
  readonly kind: FindingKind;
  readonly score: number;
  readonly id: string;
  readonly details: Finding['details'];
  readonly at?: Finding['at'];
}

/** A file that can't be read is worse than one that nobody expects to. */
const problemScore = { 'unreadable-image': 1, 'unsupported-format': 0.5, 'not-fetched': 0.5 } as const;

/** The findings about one image each, whatever the threshold; those of ignored images are left out. */
export class FileFindings {
  readonly all: readonly FileFinding[];

  constructor(images: readonly ImageRecord[], facts: FileFacts, ignored: (image: number) => boolean) {
    const all = [problems(images), ...[suspected, defective, leaking, contradicted].map(of => of(images, facts))].flat();
    this.all = all.filter(({ image }) => !ignored(image));
  }
}

const problems = (images: readonly ImageRecord[]): FileFinding[] =>
  images.flatMap(image => {
    const { problem, reference, index } = image;
    if (!problem || reference) return [];
    return [{ image: index, kind: problem.kind, score: problemScore[problem.kind], id: fileId(image), details: { problem } }];
  });

const suspected = (images: readonly ImageRecord[], { suspects = [] }: FileFacts): FileFinding[] =>
  suspects.flatMap((suspect): FileFinding[] => {
    const image = images[suspect.image];
    if (image.reference || image.problem) return [];
    const { score, suggested, votes, box } = suspect;
    const judged = judgedThing(image, suspect);
    const labels = [judged.label ?? '', suggested] as const;
    const details = { labels, ...(votes && { votes }), ...(box && { box: box.numbers }) };
    return [{ image: suspect.image, kind: 'mislabeled', score, id: labelId(judged), details, ...(box && { at: box.at }) }];
  });

const defective = (images: readonly ImageRecord[], { defects = [] }: FileFacts): FileFinding[] =>
  defects.map(({ image: index, kind, score, measured, limit }) => {
    const id = qualityId(images[index], kind);
    return { image: index, kind, score, id, details: { quality: { measured, limit } } };
  });

const leaking = (images: readonly ImageRecord[], { leaks = [] }: FileFacts): FileFinding[] =>
  leaks.map(({ image: index, identity, other }) => {
    const image = images[index];
    const details = { splits: [image.split!, other.split] as const, identity: { name: identity, example: other.path } };
    return { image: index, kind: 'identity-leak', score: 1, id: identityId(image, identity), details };
  });

/** How bad it is: a slip is likely where two files are as good as equal, or where verdicts exclude each other. */
const contradictionScore = { cycle: 0.9, near: 0.7, far: 0.5 } as const;

const contradicted = (images: readonly ImageRecord[], { contradictions = [] }: FileFacts): FileFinding[] =>
  contradictions.map(({ image, other, said, why, verdict }) => {
    const { root, path } = images[other];
    const details = { verdict: { said, root, path, why } };
    return { image, kind: 'verdict-contradicted', score: contradictionScore[why.kind], id: verdictFindingId(verdict), details };
  });
