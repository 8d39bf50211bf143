import type { ScanData } from './scanResult';

/** Pairs of contents that a scan found to be near-duplicates. */
export type NearContents = { readonly a: string; readonly b: string; readonly distance: number }[];

/** Those up to a threshold, by the scan's model where that finds pairs. */
export function nearPairs(data: ScanData, threshold: number): NearContents {
  const pairs = data.rescored?.pairs ?? data.model?.pairs ?? data.contentPairs;
  const found: NearContents = [];
  for (let i = 0; i < pairs.length; i++) {
    const { a, b, distance } = pairs.at(i);
    if (distance <= threshold) found.push({ a, b, distance });
  }
  return found;
}
