import path from 'node:path';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { ScanParams } from '../../protocol/engine';

/**
 * The model file that the roots' settings name. One scan has one: the first root's that names any.
 * @param nameOf the path, absolute or relative to the root; undefined where the settings name none
 */
export function namedFile(
  { roots }: ScanParams,
  nameOf: (settings: ScanSettings) => string | undefined,
): { readonly file: string; readonly isOneOfSeveral: boolean } | undefined {
  const named = roots.flatMap(({ path: root, settings, reference }) => {
    const name = nameOf(settings);
    return name === undefined || reference === true ? [] : [path.resolve(root, name)];
  });
  return named.length === 0 ? undefined : { file: named[0], isOneOfSeveral: named.some(each => each !== named[0]) };
}
