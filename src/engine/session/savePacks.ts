import type { ScanParams } from '../../protocol/engine';
import { SIGNATURE_BYTES } from '../descriptor/layout';
import { SignaturePack, writePackNews, writeSignaturePack } from '../store/signaturePack';
import type { KnownFile } from '../store/signaturePack';
import type { ListedFile } from './fileList';
import type { ContentRows, ReadFile } from './readStage';

export interface PacksToSave {
  readonly folder: string;
  readonly version: string;
  readonly params: ScanParams;
  readonly files: readonly ListedFile[];
  /** One a file; undefined where a cancelled scan did not get to it. */
  readonly reads: readonly (ReadFile | undefined)[];
  readonly rows: ContentRows;
  /** One a root, where they are open already. */
  readonly packs: readonly SignaturePack[];
  readonly log: (line: string) => void;
}

/** Writes what a scan learnt of each root. A cache that can't be written costs time at the next scan, nothing else. */
export const savePacks = async ({ folder, version, params, files, reads, rows, packs, log }: PacksToSave): Promise<void> => {
  for (const [root, { path, only }] of params.roots.entries()) {
    const old = packs[root] ?? (await SignaturePack.open(folder, path, version, SIGNATURE_BYTES));
    try {
      const own = [...files.keys()].filter(index => files[index].root === root && reads[index] !== undefined);
      const paths = new Set(own.map(index => files[index].path));
      const isWhole = reads.every(read => read !== undefined);
      // A scan of some folders, or one that was cancelled, forgets nothing of the other files.
      const others = [...old.files].filter(file => !paths.has(file.path) && !(isWhole && isCovered(only, file.path)));
      const knownOf = (index: number): KnownFile => ({
        ...reads[index]!,
        path: files[index].path,
        identity: files[index].identity,
      });
      const news = own.filter(index => !old.hasLong(files[index], reads[index]!));
      const otherNews = others.filter(file => old.isNews(file.path));
      const signatureOf = (content: string): Uint8Array | undefined | Promise<Uint8Array | undefined> =>
        rows.signatureOf(content) ?? old.signature(content);
      const contents = { root: path, version, signatureBytes: SIGNATURE_BYTES, signatureOf };
      if (old.areFew(news.length + otherNews.length)) {
        await writePackNews(folder, { ...contents, files: [...news.map(knownOf), ...otherNews] });
      } else await writeSignaturePack(folder, { ...contents, files: [...own.map(knownOf), ...others] });
    } catch (error) {
      log(`The cache of ${path} could not be written: ${String(error)}`);
    } finally {
      if (packs[root] !== old) await old.close().catch(() => undefined);
    }
  }
};

/** Whether a scan of these folders would have met a file, if it were still there. */
const isCovered = (only: readonly string[], path: string): boolean =>
  only.length === 0 || only.some(folder => folder === '' || path === folder || path.startsWith(`${folder}/`));
