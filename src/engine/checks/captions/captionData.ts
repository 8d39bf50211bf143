import { sizeOf } from '../../compile/graph';
import type { BranchData, BranchMembers } from '../branches/trainBranches';
import { UNKNOWN } from './bytePairs';
import type { CaptionBranch } from './captionNetworks';
import type { PictureFeatures } from '../branches/pictureFeatures';

/** Pictures and the captions they carry, by numbers. */
export interface Captions {
  readonly features: PictureFeatures;
  /** A number a picture: equal for near-duplicates. */
  readonly groups: Int32Array;
  /** A number a picture: which caption it carries. */
  readonly captionOf: Int32Array;
  /** Pieces of each caption, one row a caption. */
  readonly tokens: Int32Array;
  /** Pieces of a row. */
  readonly length: number;
}

/** A piece of a caption is hidden this often, so that no single one is relied on. */
const HIDDEN = 0.3;

/** Members by their own numbers: pictures by theirs, captions by theirs. */
export function captionMembers({ features, tokens, length }: Captions): BranchMembers<CaptionBranch> {
  const each = sizeOf(features.shape);
  return {
    array: (branch, batch) => (branch === 'image' ? new Float32Array(batch * each) : new Int32Array(batch * length)),
    write(branch, member, into, slot, random) {
      if (branch === 'image') {
        features.write(member, into, slot, random);
        return;
      }
      for (let k = 0; k < length; k++) {
        const piece = tokens[member * length + k];
        into[slot * length + k] = random && piece !== 0 && random.next() < HIDDEN ? UNKNOWN : piece;
      }
    },
  };
}

/** Pictures with the captions they carry. */
export function captionedPictures(captions: Captions): BranchData<CaptionBranch> {
  const { features, groups, captionOf } = captions;
  const { array, write } = captionMembers(captions);
  return {
    count: features.count,
    groups,
    array,
    write: (branch, picture, ...at) => write(branch, branch === 'image' ? picture : captionOf[picture], ...at),
    arePartners: (a, b) => captionOf[a] === captionOf[b] || groups[a] === groups[b],
  };
}
