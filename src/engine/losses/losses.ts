import { batchHardTriplet } from './batchHardTriplet';
import { binaryCrossEntropy } from './binaryCrossEntropy';
import { compactTriplet } from './compactTriplet';
import { contrastive } from './contrastive';
import type { Loss, LossName } from './loss';
import { ntXent } from './ntXent';
import { ratioTriplet } from './ratioTriplet';
import { softMarginTriplet } from './softMarginTriplet';
import { triplet } from './triplet';

/** Losses by name; the number is what each calls its margin, threshold or temperature. */
export const LOSSES: Readonly<Record<LossName, (setting?: number) => Loss>> = {
  contrastive,
  'binary-cross-entropy': binaryCrossEntropy,
  triplet,
  'soft-margin-triplet': softMarginTriplet,
  'batch-hard-triplet': batchHardTriplet,
  'ratio-triplet': ratioTriplet,
  'compact-triplet': compactTriplet,
  'nt-xent': ntXent,
};
