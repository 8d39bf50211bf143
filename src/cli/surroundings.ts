import type { Interruption } from './interruption';
import type { ProgressLine } from './progressLine';

/** What a command runs in. */
export interface Surroundings {
  readonly version: string;
  readonly enginePath: string;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
  /** False where the user does not want any (NO_COLOR). */
  readonly colours: boolean;
  readonly progress: ProgressLine;
  readonly interruption: Interruption;
  readonly log?: (line: string) => void;
}
