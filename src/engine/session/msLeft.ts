/**
 * How long work will take still, at its pace so far.
 * @param share of it that is done, 0…1
 * @param least share before which the pace says too little
 * @returns milliseconds; undefined while nothing can be said
 */
export const msLeft = (share: number, elapsedMs: number, least: number): number | undefined =>
  share > least ? (elapsedMs * (1 - share)) / share : undefined;
