import type { LabelColumns } from './labelColumns';

/**
 * Identities: the patient, video or scene that an image is of, told by its path or by a column of the label file. Images of one identity are alike in ways that a network can
 * learn by heart, so they belong in one split however little two of them look alike.
 */

const columnPrefix = 'column:';

/** What tells identities: a pattern of paths, or a column of the label file. */
export interface Grouping {
  readonly pattern?: RegExp;
  readonly column?: string;
}

/** The setting `groupBy` taken apart. @throws SyntaxError where it is no regular expression. */
export function groupingOf(text: string): Grouping {
  if (text === '') return {};
  return text.startsWith(columnPrefix) ? { column: text.slice(columnPrefix.length) } : { pattern: new RegExp(text, 'u') };
}

/** The columns of a label file that settings ask for, with that of identities. */
export function columnsOf({ labelColumns, groupBy }: { labelColumns: LabelColumns; groupBy: string }): LabelColumns {
  const { column } = groupingOf(groupBy);
  return column === undefined ? labelColumns : { ...labelColumns, identity: column };
}

/** What the pattern's first group matches in a path, or the whole pattern where it has no group; undefined where it does not match. */
export function identityOf(pattern: RegExp | undefined, path: string): string | undefined {
  const match = pattern?.exec(path);
  return match ? (match[1] ?? match[0]) : undefined;
}

/** The images of each identity that has several, as positions. */
export function setsOfIdentities(identities: readonly (string | undefined)[]): number[][] {
  const sets = new Map<string, number[]>();
  identities.forEach((identity, i) => {
    if (identity === undefined) return;
    const set = sets.get(identity);
    if (set) set.push(i);
    else sets.set(identity, [i]);
  });
  return [...sets.values()].filter(set => set.length > 1);
}
