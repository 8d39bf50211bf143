import type { ScanParams } from '../../protocol/engine';
import { SIGNATURE_BYTES } from '../descriptor/layout';
import { SignaturePack, writeSignaturePack } from '../store/signaturePack';
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
  readonly log: (line: string) => void;
}

/** Writes what a scan learnt of each root. A cache that can't be written costs time at the next scan, nothing else. */
export const savePacks = async ({ folder, version, params, files, reads, rows, log }: PacksToSave): Promise<void> => {
  for (const [root, { path }] of params.roots.entries()) {
    const old = await SignaturePack.open(folder, path, version, SIGNATURE_BYTES);
    try {
      const known: KnownFile[] = [];
      const paths = new Set<string>();
      files.forEach((file, index) => {
        const read = reads[index];
        if (file.root !== root || !read) return;
        paths.add(file.path);
        known.push({ ...read, path: file.path, identity: file.identity });
      });
      const isWhole = reads.every(read => read !== undefined);
      // A scan of some folders, or one that was cancelled, forgets nothing of the other files.
      for (const file of old.files) {
        if (!paths.has(file.path) && !(isWhole && isCovered(params.roots[root].only, file.path))) known.push(file);
      }
      const signatureOf = (content: string): Uint8Array | undefined | Promise<Uint8Array | undefined> =>
        rows.signatureOf(content) ?? old.signature(content);
      await writeSignaturePack(folder, path, version, SIGNATURE_BYTES, known, signatureOf);
    } catch (error) {
      log(`The cache of ${path} could not be written: ${String(error)}`);
    } finally {
      await old.close().catch(() => undefined);
    }
  }
};

/** Whether a scan of these folders would have met a file, if it were still there. */
const isCovered = (only: readonly string[], path: string): boolean =>
  only.length === 0 || only.some(folder => folder === '' || path === folder || path.startsWith(`${folder}/`));
