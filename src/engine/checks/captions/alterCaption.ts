import type { SeededRandom } from '../../samplers/random';

/** A list of tags rather than a sentence has so many commas, and their order says nothing. */
const TAG_COMMAS = 3;

/**
 * Says the same in slightly other words: what people and captioning programs vary. A word is left out or two change places, a letter is
 * mistyped, tags are shuffled; one to three of these.
 */
export function alterCaption(caption: string, random: SeededRandom): string {
  const tags = caption.split(',');
  if (tags.length > TAG_COMMAS) {
    const order = random.shuffle(tags.map((_, i) => i));
    const kept = order.filter(() => random.next() > 0.1);
    return (kept.length > 1 ? kept : order).map(i => tags[i].trim()).join(', ');
  }
  const words = caption.split(/\s+/);
  const times = 1 + random.integer(3);
  for (let n = 0; n < times; n++) {
    const at = random.integer(words.length);
    const kind = random.integer(3);
    if (kind === 0 && words.length > 2) words.splice(at, 1);
    else if (kind === 1 && at + 1 < words.length) [words[at], words[at + 1]] = [words[at + 1], words[at]];
    else words[at] = mistyped(words[at], random);
  }
  return words.join(' ');
}

/** A letter left out, doubled, or changed with its neighbour. */
function mistyped(word: string, random: SeededRandom): string {
  const letters = [...word];
  if (letters.length < 3) return word;
  const at = 1 + random.integer(letters.length - 2);
  const kind = random.integer(3);
  if (kind === 0) letters.splice(at, 1);
  else if (kind === 1) letters.splice(at, 0, letters[at]);
  else [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
  return letters.join('');
}
