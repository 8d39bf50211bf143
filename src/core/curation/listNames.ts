import { splitOfName, type KnownSplit } from '../dataset/splits';

/** `instances_train2017.json`, `train.txt`, `train_labels.csv`: the split in a file's name. */
const tokensOf = (name: string): string[] => name.split(/([-_. ])/);

/** The split that a list is about by its name or a folder above it, and where that stands; undefined where it is about no one split. */
export function splitOfList(
  path: string,
): { readonly split: KnownSplit; readonly segment: number; readonly token: number } | undefined {
  const segments = path.split('/');
  for (let segment = segments.length - 1; segment >= 0; segment--) {
    const whole = splitOfName(segments[segment]);
    if (whole !== undefined) return { split: whole, segment, token: -1 };
    const tokens = tokensOf(segments[segment]);
    for (const [token, text] of tokens.entries()) {
      const split = splitOfName(text);
      if (split !== undefined) return { split, segment, token };
    }
  }
  return undefined;
}

/** Whether a list is another's counterpart for a split: its path is the same but for the name of the split. */
export function isCounterpart(list: string, other: string, split: string): boolean {
  const own = splitOfList(list);
  const its = splitOfList(other);
  if (!own || !its || its.split !== split || own.segment !== its.segment || own.token !== its.token) return false;
  const blank = (path: string): string => {
    const segments = path.split('/');
    const { segment, token } = own;
    segments[segment] = token < 0 ? '*' : tokensOf(segments[segment]).with(token, '*').join('');
    return segments.join('/');
  };
  return blank(list) === blank(other);
}
