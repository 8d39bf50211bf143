import type { SharedSignatures } from '../descriptor/signatureTable';
import type { Candidates } from '../index/candidates';

export type WorkerRequest =
  | { readonly kind: 'table'; readonly signatures: SharedSignatures }
  | { readonly kind: 'score'; readonly job: number; readonly pairs: Candidates };

export interface WorkerAnswer {
  readonly job: number;
  readonly distances: Float32Array;
}
