import { allFindingKinds, type FindingKind } from '../../core/findings/kinds';
import type { FindingsTable } from '../../core/findings/findingsTable';
import type { ScanParams } from '../../protocol/engine';
import type { FindingsComparison } from '../../protocol/labeling';

/** Findings made at a time: as objects, all of them would take hundreds of megabytes. */
const pageSize = 10_000;

/** What a scan found, and where its findings begin. */
export interface Found {
  readonly table: FindingsTable;
  readonly threshold: number;
}

/** The findings that only one of two scans of the same folders has, kind by kind. */
export function compareFindings(first: Found, second: Found): FindingsComparison {
  const kinds = allFindingKinds
    .map(kind => {
      const ofFirst = new Set(idsOf(first, kind));
      let both = 0;
      let onlySecond = 0;
      for (const id of idsOf(second, kind)) {
        if (ofFirst.has(id)) both++;
        else onlySecond++;
      }
      return { kind, onlyFirst: ofFirst.size - both, onlySecond, both };
    })
    .filter(({ onlyFirst, onlySecond, both }) => onlyFirst + onlySecond + both > 0);
  return { thresholds: [first.threshold, second.threshold], kinds };
}

/** The same scan with another model (absolute; null: the built-in measure). */
export const withModel = (params: ScanParams, model: string | null): ScanParams => ({
  ...params,
  roots: params.roots.map(root => ({ ...root, settings: { ...root.settings, model: model ?? 'none' } })),
});

function* idsOf({ table, threshold }: Found, kind: FindingKind): Generator<string> {
  for (let offset = 0; ; offset += pageSize) {
    const { findings, total } = table.page({ threshold, offset, limit: pageSize, kinds: [kind] });
    for (const { id } of findings) yield id;
    if (offset + pageSize >= total) return;
  }
}
