import ignore from 'ignore';
import type { Ignore } from 'ignore';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isGone } from './identity';

export const ignoreFileName = '.twinlintignore';

/**
 * The `.twinlintignore` lists that hold in a folder: its own and those of the folders above it, as with `.gitignore`. A deeper list
 * wins over the ones above it; a folder that is ignored is not entered, so nothing below can be taken back in.
 */
export class IgnoreLists {
  static readonly none = new IgnoreLists([]);

  private constructor(private readonly lists: readonly { readonly folder: string; readonly list: Ignore }[]) {}

  /** These lists and, where the folder has one, its own. Rejects where a list is there but can't be read. */
  async enter(folder: string, absolute: string): Promise<IgnoreLists> {
    let text: string;
    try {
      text = await readFile(path.join(absolute, ignoreFileName), 'utf8');
    } catch (error) {
      if (isGone(error)) return this;
      throw error;
    }
    const list = ignore({ ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
    return new IgnoreLists([{ folder, list }, ...this.lists]);
  }

  /** Whether a path below the root is left out. */
  ignores(relative: string, isFolder: boolean): boolean {
    for (const { folder, list } of this.lists) {
      const below = folder === '' ? relative : relative.slice(folder.length + 1);
      const { ignored, unignored } = list.test(isFolder ? `${below}/` : below);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}
