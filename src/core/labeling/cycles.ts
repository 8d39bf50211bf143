import type { Verdict, VerdictImage } from '../verdicts/verdict';

/** A chain of pairs said to be similar whose ends are said to be different: A = B, B = C, A ≠ C. */
export interface VerdictCycle {
  /** The `different` verdict. */
  readonly different: Verdict;
  /** The `similar` verdicts from its first image to its second; the fewest there are. */
  readonly similar: readonly Verdict[];
}

const keyOf = ({ content }: VerdictImage): string => content;

/**
 * Where a person's verdicts of one relation run in a circle. No error: shots of a burst drift until the last is another picture than the
 * first. But one of the answers may be a slip, and it is worth asking.
 * @param verdicts those that hold, of any relations
 */
export function verdictCycles(verdicts: readonly Verdict[], relation: string): readonly VerdictCycle[] {
  const pairs = verdicts.filter(each => each.relation === relation && each.images.length === 2);
  const links = new Map<string, { readonly to: string; readonly by: Verdict }[]>();
  const link = (from: string, to: string, by: Verdict): void => {
    const list = links.get(from);
    if (list) list.push({ to, by });
    else links.set(from, [{ to, by }]);
  };
  for (const verdict of pairs) {
    if (verdict.verdict !== 'similar') continue;
    const [a, b] = verdict.images.map(keyOf);
    link(a, b, verdict);
    link(b, a, verdict);
  }
  return pairs
    .filter(({ verdict }) => verdict === 'different')
    .flatMap(different => {
      const [a, b] = different.images.map(keyOf);
      const similar = shortestPath(links, a, b);
      return similar ? [{ different, similar }] : [];
    });
}

function shortestPath(
  links: ReadonlyMap<string, readonly { readonly to: string; readonly by: Verdict }[]>,
  from: string,
  to: string,
): Verdict[] | undefined {
  const cameBy = new Map<string, { readonly from: string; readonly by: Verdict } | undefined>([[from, undefined]]);
  const queue = [from];
  for (const at of queue) {
    if (at === to && cameBy.get(at)) break;
    for (const { to: next, by } of links.get(at) ?? []) {
      if (cameBy.has(next)) continue;
      cameBy.set(next, { from: at, by });
      queue.push(next);
    }
  }
  const path: Verdict[] = [];
  for (let step = cameBy.get(to); step; step = cameBy.get(step.from)) path.unshift(step.by);
  return path.length > 0 ? path : undefined;
}
