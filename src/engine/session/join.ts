import { folderOf } from '../../core/dataset/paths';
import type { ScanParams } from '../../protocol/engine';
import { transformsOf as transformsByNumber } from '../descriptor/transforms';
import type { TransformOptions } from '../descriptor/transforms';
import { ListFloors } from '../index/listFloors';
import type { KnownPair } from './changedPairs';
import { ContentPairs } from './contentPairs';
import type { ListedFile } from './fileList';
import type { JoinTask, PairSource } from './pairSource';
import type { ProgressReporter } from './progress';
import type { ContentRows, ReadFile } from './readStage';

/** What an earlier scan of the same roots and settings found: all near pairs between these contents. */
export interface Seed {
  readonly contents: ReadonlySet<string>;
  readonly pairs: ContentPairs;
  /** Of each content's lists of candidates, by transform and then of embeddings; without them all pairs are looked for anew. */
  readonly floorsOf?: (content: string) => Float32Array | undefined;
}

export interface JoinInput {
  readonly params: ScanParams;
  readonly files: readonly ListedFile[];
  readonly reads: readonly ReadFile[];
  readonly standIn: Uint32Array;
  /** Of readable files; each has a row. */
  readonly contents: ReadonlySet<string>;
  readonly rows: ContentRows;
  readonly seed: Seed | undefined;
}

/** Mirrors and turns are looked for where any root asks for them; pairs of the other roots are filtered afterwards. */
export const transformsOf = (params: ScanParams): TransformOptions => ({
  mirrors: params.roots.some(root => root.settings.mirrors),
  turns: params.roots.some(root => root.settings.turns),
});

export interface JoinResult {
  readonly pairs: ContentPairs;
  /** How many pairs of pictures the task speaks of, near or not. */
  readonly comparisons: number;
  /** By row. */
  readonly floors?: ListFloors;
}

/** All near pairs of different contents that the settings ask for: the same with a seed as without. */
export const joinContents = async (
  input: JoinInput,
  source: PairSource,
  progress: ProgressReporter,
  signal: AbortSignal,
): Promise<JoinResult> => {
  const { params, rows, seed } = input;
  const pairs = new ContentPairs();
  const task = taskOf(input);
  const comparisons = comparisonsOf(task);
  const allows = acrossFolders(input);
  if (task.kind === 'changes' && task.added.length === 0 && task.removed.length === 0 && seed) {
    return { pairs: seed.pairs, comparisons, floors: task.floors };
  }
  const found = await source.findPairs(
    rows.table,
    task,
    { ...transformsOf(params), ...(allows && { allows }) },
    (phase, done, total) => progress.report(phase, done, total),
    signal,
  );
  if (task.kind === 'changes' && seed) {
    for (const [i, pair] of task.known.entries()) {
      if (!found.stands(pair)) continue;
      const { a, b, distance, transform } = seed.pairs.at(i);
      pairs.add(a, b, distance, transform);
    }
  }
  const columns = found.pairs;
  for (let i = 0; i < columns.a.length; i++) {
    const a = rows.contentOf(columns.a[i]);
    const b = rows.contentOf(columns.b[i]);
    if (a !== undefined && b !== undefined) pairs.add(a, b, columns.distance[i], columns.transform[i]);
  }
  return { pairs, comparisons, ...(found.floors && { floors: found.floors }) };
};

const comparisonsOf = (task: JoinTask): number => {
  const among = (count: number): number => (count * (count - 1)) / 2;
  if (task.kind === 'groups') return task.groups.reduce((sum, rows) => sum + among(rows.length), 0);
  return among(task.rows.length) + (task.kind === 'against' ? task.rows.length * task.references.length : 0);
};

const taskOf = (input: JoinInput): JoinTask => {
  const { params, files, reads, standIn, contents, rows, seed } = input;
  const rowsOf = (of: Iterable<string>): Uint32Array =>
    Uint32Array.from(
      [...of]
        .sort()
        .map(content => rows.rowOf(content))
        .filter(row => row !== undefined),
    );
  const placed = files
    .map((file, index) => ({ file, index }))
    .filter(({ index }) => !reads[index].problem && standIn[index] === index);
  const hasReferences = params.roots.some(root => root.reference);
  if (hasReferences) {
    const ofNew = new Set(
      placed.filter(({ file }) => !params.roots[file.root].reference).map(({ index }) => reads[index].content),
    );
    const references = [...contents].filter(content => !ofNew.has(content));
    return { kind: 'against', rows: rowsOf(ofNew), references: rowsOf(references) };
  }
  if (params.roots.every(root => root.settings.pairs === 'within-folder')) {
    const byFolder = new Map<string, Set<string>>();
    for (const { file, index } of placed) {
      const folder = `${file.root}/${folderOf(file.path)}`;
      const group = byFolder.get(folder);
      if (group) group.add(reads[index].content);
      else byFolder.set(folder, new Set([reads[index].content]));
    }
    return { kind: 'groups', groups: [...byFolder.values()].map(rowsOf) };
  }
  const all = rowsOf(contents);
  const gone = seed && [...seed.contents].filter(content => !contents.has(content));
  // With other scopes, what is known depends on where files lay; and without the signature of a picture that went, what its going
  // changed can't be told.
  if (
    !seed ||
    !gone ||
    !params.roots.every(root => root.settings.pairs === 'all') ||
    gone.some(content => rows.rowOf(content) === undefined)
  ) {
    return { kind: 'all', rows: all };
  }
  const floors = floorsOf(input, seed);
  if (!floors) return { kind: 'all', rows: all };
  const added = rowsOf([...contents].filter(content => !seed.contents.has(content)));
  const known = Array.from({ length: seed.pairs.length }, (_, i): KnownPair => {
    const { a, b, transform } = seed.pairs.at(i);
    return { a: rows.rowOf(a)!, b: rows.rowOf(b)!, transform };
  });
  return { kind: 'changes', rows: all, added, removed: rowsOf(gone), known, floors };
};

/** The seed's floors by row; undefined where a content lacks them, or has them for other transforms. */
function floorsOf({ params, rows }: JoinInput, seed: Seed): ListFloors | undefined {
  const floors = new ListFloors(transformsByNumber(transformsOf(params)).length + 1);
  for (const content of seed.contents) {
    const own = seed.floorsOf?.(content);
    const row = rows.rowOf(content);
    if (own?.length !== floors.listCount || row === undefined) return undefined;
    // What this scan changes must not change what the last one knows, should this one be cancelled: these are copied.
    floors.set(row, own);
  }
  return floors;
}

/** Leaves out pairs of contents that lie in one and the same folder only, where all roots ask for pairs across folders. */
const acrossFolders = ({ params, files, reads, standIn, rows }: JoinInput): ((a: number, b: number) => boolean) | undefined => {
  if (!params.roots.every(root => root.settings.pairs === 'across-folders')) return undefined;
  const several = Symbol('several');
  const folderOfRow = new Map<number, string | symbol>();
  files.forEach((file, index) => {
    const row = reads[index].problem || standIn[index] !== index ? undefined : rows.rowOf(reads[index].content);
    if (row === undefined) return;
    const folder = `${file.root}/${folderOf(file.path)}`;
    const known = folderOfRow.get(row);
    folderOfRow.set(row, known === undefined || known === folder ? folder : several);
  });
  return (a, b) => folderOfRow.get(a) === several || folderOfRow.get(a) !== folderOfRow.get(b);
};
