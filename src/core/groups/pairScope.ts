import type { ImageRecord } from '../dataset/image';
import type { PairScope } from '../settings/scanSettings';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** Whether the same folder of the same root holds both directly. */
export const sameFolder = (a: ImageRecord, b: ImageRecord): boolean => a.root === b.root && folderOf(a.path) === folderOf(b.path);

const allowedBy = (scope: PairScope, together: boolean): boolean =>
  scope === 'all' || (scope === 'within-folder' ? together : !together);

/**
 * Whether a scan compares two images: not two references, and only what the scope of both their roots allows.
 * @param scopes One a root.
 */
export function scopeAllows(a: ImageRecord, b: ImageRecord, scopes: readonly PairScope[]): boolean {
  if (a.reference === true && b.reference === true) return false;
  const scopeA = scopes[a.root];
  const scopeB = scopes[b.root];
  if (scopeA === 'all' && scopeB === 'all') return true;
  const together = sameFolder(a, b);
  return allowedBy(scopeA, together) && allowedBy(scopeB, together);
}
