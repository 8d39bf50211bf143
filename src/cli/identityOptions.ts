import path from 'node:path';
import type { IdentityCheckParams } from '../protocol/checks';
import { referenceFile } from '../workspace/references';
import * as values from './optionValues';
import { UsageError } from './usageError';

/** `--references` and `--save-references` of `check identities`. @throws {UsageError} */
export function referencesOf(options: values.Options, root: string): Pick<IdentityCheckParams, 'references' | 'saveReferences'> {
  const [references, saved] = [values.last(options, 'references'), values.last(options, 'save-references')];
  if (references !== undefined && saved !== undefined) {
    throw new UsageError('--references reads what --save-references has stored: give one of them');
  }
  return {
    ...(references !== undefined && { references: fileOf(references, root) }),
    ...(saved !== undefined && { saveReferences: fileOf(saved, root) }),
  };
}

/** A name stands for a file in Twinlint's folder below the root; whatever has a folder or an ending is a file itself. */
const fileOf = (text: string, root: string): string => (/[\\/.]/.test(text) ? path.resolve(text) : referenceFile(root, text));
