import { Uri } from 'vscode';
import type { FindingsPage, FindingsQuery } from '../../protocol/engine';
import type { Place } from '../session/session';
import { breathe } from '../../workspace/breathe';

/** Pairs asked for at once: between slices no other extension waits for this one. */
const sliceLength = 500;

/** More paths than this are not listed in the context key: it crosses to the window whole. */
export const maxListedImages = 20_000;

/**
 * The paths of all images with findings, as `resourcePath` in when-clauses has them: the path as the system writes it where the window
 * and the files are on one machine, with `/` where they are not.
 *
 * @param isStale Ends the collection early; its result is not to be used then.
 */
export async function collectPaths(
  query: (query: FindingsQuery) => Promise<FindingsPage>,
  threshold: number,
  fsPathOf: (place: Place) => string,
  isStale: () => boolean,
): Promise<{ readonly paths: readonly string[]; readonly complete: boolean }> {
  const paths = new Set<string>();
  const add = (place: Place): void => {
    const fsPath = fsPathOf(place);
    const uri = Uri.file(fsPath);
    paths.add(uri.fsPath);
    paths.add(uri.path);
  };
  for (let offset = 0; ;) {
    const page = await query({ threshold, offset, limit: sliceLength });
    for (const finding of page.findings) {
      if (finding.related.length === 0) continue;
      add(finding);
      finding.related.forEach(add);
    }
    offset += page.findings.length;
    const complete = page.findings.length === 0 || offset >= page.total;
    if (complete || paths.size >= maxListedImages || isStale()) return { paths: [...paths], complete };
    await breathe();
  }
}
