import type { Note } from '../../core/dataset/note';
import type { CheckPhase } from '../../protocol/checks';
import type { NearSearch } from '../trainingService/nearGroups';
import type { PictureReader } from '../trainingService/readPictures';

/** What a check works with. */
export interface CheckContext {
  readonly reader: PictureReader;
  readonly near: NearSearch;
  /** The encoder that ships with Twinlint: its weights may be a start. */
  readonly starterPath: string;
  readonly signal: AbortSignal;
  readonly report: (phase: CheckPhase, share: number) => void;
  readonly onNote: (of: Note) => void;
}
