import type { ScanRoot } from '../../protocol/engine';
import { SignatureTable } from '../descriptor/signatureTable';
import type { Shape3 } from '../model/layers/layer';
import { ContentRows } from '../session/readStage';
import type { Candidate } from '../trainingService/listPictures';
import { joinNear, UnionFind } from '../trainingService/nearGroups';
import type { CheckContext } from './checkContext';

export interface GroupedPictures {
  /** Of the candidates that could be read, by their numbers. */
  readonly readable: Int32Array;
  /** Of all candidates, one after the other, in `shape`; black where a file could not be read. */
  readonly bytes: Uint8Array;
  /** Of the contents; empty where a file could not be read. */
  readonly contents: readonly string[];
  /** A number a candidate, equal for equal contents and for near-duplicates; −1 where a file could not be read. */
  readonly groups: Int32Array;
}

/**
 * Reads pictures at a network's size, and finds those that are one picture: a network that learned from one must not judge the other.
 * @throws the signal's reason when aborted
 */
export async function readGrouped(
  root: ScanRoot,
  candidates: readonly Candidate[],
  shape: Shape3,
  { reader, near, signal, report }: CheckContext,
): Promise<GroupedPictures> {
  report('read', 0);
  const rows = new ContentRows(new SignatureTable());
  const { bytes, reads } = await reader.readAll({
    candidates,
    shape,
    maxPixels: [root.settings.maxPixels],
    onSignature: (content, signature) => void rows.add(content, signature),
    onProgress: (done, total) => report('read', done / total),
    signal,
  });
  report('group', 0);
  const contents = reads.map(({ content }) => content);
  const different = [...new Set(contents.filter(content => content !== ''))];
  const pairs = await near.find(rows, different, undefined, share => report('group', share), signal);
  const roots = joinNear(new UnionFind(different.length), pairs).roots();
  const placeOf = new Map(different.map((content, i) => [content, i]));
  const groups = Int32Array.from(contents, content => (content === '' ? -1 : roots[placeOf.get(content)!]));
  const readable = Int32Array.from([...contents.keys()].filter(i => contents[i] !== ''));
  return { readable, bytes, contents, groups };
}
