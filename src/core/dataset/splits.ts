import type { ScanSettings } from '../settings/scanSettings';
import { filesExcludeTest } from './globs';
import { ancestorsOf } from './paths';

export type KnownSplit = 'train' | 'val' | 'test';

const words: Readonly<Record<string, KnownSplit>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
  训练: 'train',
  训练集: 'train',
  验证: 'val',
  验证集: 'val',
  测试: 'test',
  测试集: 'test',
};

/** `train`, and as data sets spell it: `train2017` (COCO), `train_images`, `images-val`, `testset`. */
const pattern = new RegExp(
  `^(?:(?:images?|imgs?|data)[-_ ])?(${Object.keys(words).join('|')})(?:[-_ ]?(?:set|data|images?|imgs?|split)|(?:19|20)\\d\\d)?$`,
  'iu',
);

/** The split that a folder's name stands for, wherever it is. */
export function splitOfName(name: string): KnownSplit | undefined {
  const match = pattern.exec(name);
  return match ? words[match[1].toLowerCase()] : undefined;
}

/**
 * Splits by the globs of the settings: the first in the settings' order that matches the path or a folder above it. Undefined
 * where the settings name none, so that folder names decide.
 */
export function splitsBySetting(splits: ScanSettings['splits']): ((path: string) => string | undefined) | undefined {
  const tests = Object.entries(splits).map(([name, globs]) => ({ name, matches: filesExcludeTest(globs) }));
  if (tests.length === 0) return undefined;
  return path => {
    const candidates = [...ancestorsOf(path), path];
    return tests.find(({ matches }) => candidates.some(matches))?.name;
  };
}
