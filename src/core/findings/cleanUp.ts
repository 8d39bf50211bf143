import type { Finding } from './finding';
import type { FindingKind } from './kinds';

/** Kinds whose image a clean-up may remove, since its twin stands for it. */
const removable: ReadonlySet<FindingKind> = new Set(['exact-duplicate', 'near-duplicate', 'split-leak', 'label-conflict']);

const keyOf = ({ root, path }: { readonly root: number; readonly path: string }): string => `${root}\0${path}`;

/**
 * The files that can go, so that no pair of the findings is left and each of them has a twin of its own that stays: an image goes if any of the
 * images it should give way to stays. (Which of two gives way is a total order, so this has one answer. In a chain A–B–C of which only
 * neighbours are alike, B goes and both ends stay.)
 *
 * @returns the findings by which files go, one a file, in the order given
 */
export function cleanUp(findings: readonly Finding[]): readonly Finding[] {
  const pairs = findings.filter(({ kind }) => removable.has(kind));
  const givesWay = new Map<string, Finding[]>();
  for (const finding of pairs) {
    const key = keyOf(finding);
    const before = givesWay.get(key);
    if (before) before.push(finding);
    else givesWay.set(key, [finding]);
  }
  const decided = new Map<string, Finding | undefined>();
  // Depth first with a stack of its own: chains of look-alikes may be longer than calls can nest.
  for (const start of givesWay.keys()) {
    const open = [start];
    while (open.length > 0) {
      const key = open[open.length - 1];
      const own = givesWay.get(key) ?? [];
      const waiting = own.map(({ related }) => keyOf(related[0])).find(twin => givesWay.has(twin) && !decided.has(twin));
      if (waiting !== undefined && !decided.has(key)) {
        open.push(waiting);
        continue;
      }
      if (!decided.has(key)) {
        decided.set(
          key,
          own.find(({ related }) => decided.get(keyOf(related[0])) === undefined),
        );
      }
      open.pop();
    }
  }
  const going = new Set([...decided.values()].filter(finding => finding !== undefined));
  return pairs.filter(finding => going.has(finding));
}
