import type { FindingKind } from '../../core/findings/kinds';
import { allFindingKinds } from '../../core/findings/kinds';
import type { FindingCounts } from '../../core/findings/finding';
import { FindingsRequest } from '../../protocol/engine';
import type { ModelChange } from '../../protocol/panelTraining';
import type { Engine } from '../engineProcess/engine';

/** With more findings than this only their numbers are compared: a list this long is not worth the wait. */
const mostCompared = 10_000;

/** The findings at a moment, as far as they are needed to tell what changes. */
export interface FindingsNow {
  readonly counts: FindingCounts;
  /** By kind; undefined where there are too many. */
  readonly ids: ReadonlyMap<FindingKind, ReadonlySet<string>> | undefined;
}

export async function findingsNow(engine: Engine, threshold: number): Promise<FindingsNow> {
  const page = await engine.request(FindingsRequest, { threshold, offset: 0, limit: mostCompared });
  if (page.total > page.findings.length) return { counts: page.counts, ids: undefined };
  const ids = new Map<FindingKind, Set<string>>();
  for (const { kind, id } of page.findings) ids.set(kind, (ids.get(kind) ?? new Set()).add(id));
  return { counts: page.counts, ids };
}

/** Kinds that changed, most urgent first. Where the lists are too long to compare, the difference of their lengths. */
export function kindChanges(before: FindingsNow, after: FindingsNow): ModelChange['kinds'] {
  const none: ReadonlySet<string> = new Set();
  return allFindingKinds
    .map(kind => {
      if (!before.ids || !after.ids) {
        const more = (after.counts[kind] ?? 0) - (before.counts[kind] ?? 0);
        return { kind, appeared: Math.max(0, more), gone: Math.max(0, -more) };
      }
      const [was, is] = [before.ids.get(kind) ?? none, after.ids.get(kind) ?? none];
      const appeared = [...is].filter(id => !was.has(id)).length;
      return { kind, appeared, gone: [...was].filter(id => !is.has(id)).length };
    })
    .filter(({ appeared, gone }) => appeared + gone > 0);
}
