import type { CheckName } from './checkKinds';
import type { Modality } from './modalityNames';
import { modalities } from './modalityNames';

/** What a check thinks of one thing that it judged, whether that became a finding or not. Paths are relative to the folder that was checked. */
export interface CheckScore {
  /** The file that was judged: of a sample of several files its image, of two pictures the first. */
  readonly path: string;
  /** Of two pictures, the second. */
  readonly partner?: string;
  /** 0…1, higher = worse: see {@link doubtOf}. */
  readonly doubt: number;
  /** Of three modalities, how likely each is the one that is wrong, 0…1. */
  readonly chances?: Readonly<Record<Modality, number>>;
  /** The likeliest of these, whether it is likely or not; absent where nothing tells. */
  readonly odd?: Modality;
  /** What fits clearly better, where there is such: a file, or the name of an identity. */
  readonly better?: string;
}

/** Less than what two chances differ by in earnest. */
const SMALL = 1e-3;

/** How likely something is wrong, 0…1, and where that is equally likely, what fits worse is higher. @param rank 0…1, higher = fits better */
export const doubtOf = (chance: number, rank: number): number => (1 - SMALL) * chance + SMALL * (1 - rank);

/** The columns of each check's scores; what stands under a modality is its chance to be wrong. */
export const scoreColumns: Readonly<Record<CheckName, readonly string[]>> = {
  captions: ['path', 'doubt', 'better'],
  pairs: ['path', 'partner', 'doubt', 'better'],
  modalities: ['path', 'doubt', ...modalities, 'odd', 'better'],
  identities: ['path', 'doubt', 'better'],
};
