import { basename } from 'node:path';
import { groupingOf, identityOf } from '../core/dataset/identity';
import type { Note } from '../core/dataset/note';
import type { Finding, FindingCounts } from '../core/findings/finding';
import type { ScanSettings } from '../core/settings/scanSettings';
import { configPath } from '../workspace/config';
import { ignoreFileName } from '../workspace/ignoreLists';
import { yoloPlaces } from '../workspace/labels/readBoxes';
import { sidecarPlaces } from '../workspace/labels/readSidecars';
import { isKnown, readBaseline } from './baseline';
import { changedSince } from './gitChanges';
import { last, type Options } from './optionValues';
import { UsageError } from './usageError';

/** Leaves out findings that the command line says are no news. */
export type Narrow = (findings: readonly Finding[]) => { readonly findings: readonly Finding[]; readonly notes: readonly Note[] };

const plural = (count: number, one: string, many: string): Note =>
  count === 1 ? { message: one, args: [] } : { message: many, args: [count] };

/**
 * What `--changed-only`, `--base` and `--baseline` ask for; read before the scan, so that a mistake is told at once.
 * @throws {UsageError}
 */
export async function narrowing(
  options: Options,
  root: string,
  { labels, labelUnit, groupBy }: Pick<ScanSettings, 'labels' | 'labelUnit' | 'groupBy'>,
): Promise<Narrow> {
  const base = last(options, 'base');
  if (base !== undefined && !options.has('changed-only')) throw new UsageError('--base is of use with --changed-only');
  const changed = options.has('changed-only') ? await changedSince(root, base) : undefined;
  const baselineFile = last(options, 'baseline');
  const baseline = baselineFile === undefined ? undefined : await readBaseline(baselineFile);
  // With other labels, names of them, rules or models, any finding may be new.
  const namesClasses = (path: string): boolean =>
    labelUnit === 'boxes' && /^[^/]+\.ya?ml$|(?:^|\/)classes\.txt$|\.names$/i.test(path);
  const decidesAll = (path: string): boolean =>
    path === labels ||
    namesClasses(path) ||
    path === configPath ||
    path.startsWith('.twinlint/models/') ||
    basename(path) === ignoreFileName;
  const changesAll = changed && [...changed].find(decidesAll);
  return all => {
    const notes: Note[] = [];
    let findings = all;
    if (changed && changesAll !== undefined) {
      notes.push({ message: '{0} has changed: all findings are listed.', args: [changesAll] });
    } else if (changed) {
      // What says an image's label or its boxes, where that is a file of its own.
      const labelPlaces = (path: string): readonly string[] =>
        labelUnit === 'boxes' ? yoloPlaces(path) : labels === 'sidecars' ? sidecarPlaces(path) : [];
      const concerns = ({ root: at, path }: { readonly root: number; readonly path: string }): boolean =>
        at === 0 && [path, ...labelPlaces(path)].some(place => changed.has(place));
      // An identity leaks because of all its images, whichever of them the finding stands on.
      const { pattern, column } = groupingOf(groupBy);
      const identities = new Set(Array.from(changed, path => identityOf(pattern, path)));
      findings = findings.filter(
        finding =>
          concerns(finding) ||
          finding.related.some(concerns) ||
          (finding.details.identity && (column !== undefined || identities.has(finding.details.identity.name))),
      );
    }
    if (baseline) {
      const news = findings.filter(finding => !isKnown(baseline, finding));
      const known = findings.length - news.length;
      if (known > 0) {
        notes.push(
          plural(known, 'One finding is in the baseline and not listed.', '{0} findings are in the baseline and not listed.'),
        );
      }
      findings = news;
    }
    return { findings, notes };
  };
}

export function countKinds(findings: readonly Finding[]): FindingCounts {
  const counts: Partial<Record<Finding['kind'], number>> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
