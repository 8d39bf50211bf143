/**
 * A tokenizer for any language: words are cut into the pieces that the captions themselves show to belong together. Sennrich, Haddow and
 * Birch, "Neural machine translation of rare words with subword units", ACL 2016, algorithm 1: begin with single characters, and join
 * again and again the neighbours that stand together most often. Frequent words become one piece, rare ones a few, and a script without
 * spaces gets its frequent sequences. Characters stand for themselves, so that a new word is never unknown, only long.
 */
export interface BytePairs {
  /** Pieces by number; number 0 is no piece but padding, 1 is a character that was never seen. */
  readonly vocabulary: number;
  encode(text: string): number[];
}

export const PADDING = 0;
export const UNKNOWN = 1;
const FIRST_PIECE = 2;

const MOST_PIECES = 1200;
/** A pair that stands together less often than this is chance. */
const LEAST_COUNT = 3;
/** Words that are learned from; the rarest are left out beyond. */
const MOST_WORDS = 20_000;
/** Longer runs without a break are cut, so that no text takes long. */
const LONGEST_WORD = 40;
/** Marks a word's beginning, so that "art" in "cart" is not the word. */
const START = '\u2581';

/** Letters with their marks, and digits, run together; any other sign stands alone. Case and compatibility forms make no difference. */
export function wordsOf(text: string): string[] {
  const normal = text.normalize('NFKC').toLowerCase();
  return normal.match(/[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu) ?? [];
}

export function learnBytePairs(captions: Iterable<string>): BytePairs {
  const counts = new Map<string, number>();
  for (const caption of captions) for (const word of wordsOf(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ordered = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, MOST_WORDS);
  const words = ordered.map(([word, count]) => ({ pieces: charactersOf(word), count }));
  const numbers = new Map<string, number>();
  const add = (piece: string): void => {
    if (!numbers.has(piece)) numbers.set(piece, FIRST_PIECE + numbers.size);
  };
  for (const { pieces } of words) for (const piece of pieces) if (numbers.size < MOST_PIECES) add(piece);
  /** Order of the joins, by the two pieces. */
  const ranks = new Map<string, number>();
  while (numbers.size < MOST_PIECES) {
    const pair = mostFrequentPair(words);
    if (!pair) break;
    ranks.set(pair.key, ranks.size);
    add(pair.joined);
    for (const word of words) word.pieces = joinPair(word.pieces, pair.key);
  }
  const known = new Map<string, readonly number[]>();
  const encodeWord = (word: string): readonly number[] => {
    const before = known.get(word);
    if (before) return before;
    const encoded = applyJoins(charactersOf(word), ranks).map(piece => numbers.get(piece) ?? UNKNOWN);
    known.set(word, encoded);
    return encoded;
  };
  return { vocabulary: FIRST_PIECE + numbers.size, encode: text => wordsOf(text).flatMap(encodeWord) };
}

function charactersOf(word: string): string[] {
  const characters = [...word].slice(0, LONGEST_WORD);
  characters[0] = START + characters[0];
  return characters;
}

/** No word holds the space between the two. */
const keyOf = (a: string, b: string): string => `${a} ${b}`;

function mostFrequentPair(words: readonly { readonly pieces: readonly string[]; readonly count: number }[]) {
  const counts = new Map<string, number>();
  for (const { pieces, count } of words) {
    for (let i = 1; i < pieces.length; i++) {
      const key = keyOf(pieces[i - 1], pieces[i]);
      counts.set(key, (counts.get(key) ?? 0) + count);
    }
  }
  let best: string | undefined;
  let most = LEAST_COUNT - 1;
  for (const [key, count] of counts) {
    if (count > most || (count === most && best !== undefined && key < best)) [best, most] = [key, count];
  }
  return best === undefined ? undefined : { key: best, joined: best.replace(' ', '') };
}

function joinPair(pieces: readonly string[], key: string): string[] {
  const joined: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (i + 1 < pieces.length && keyOf(pieces[i], pieces[i + 1]) === key) joined.push(pieces[i] + pieces[++i]);
    else joined.push(pieces[i]);
  }
  return joined;
}

/** The joins that were learned, the earliest first. */
function applyJoins(characters: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let pieces = characters;
  for (;;) {
    let [best, first] = ['', Infinity];
    for (let i = 1; i < pieces.length; i++) {
      const rank = ranks.get(keyOf(pieces[i - 1], pieces[i])) ?? Infinity;
      if (rank < first) [best, first] = [keyOf(pieces[i - 1], pieces[i]), rank];
    }
    if (best === '') return pieces;
    pieces = joinPair(pieces, best);
  }
}

/** Captions as rows of `length` numbers, cut or padded. */
export function tokenRows(captions: readonly string[], { encode }: BytePairs, length: number): Int32Array {
  const rows = new Int32Array(captions.length * length);
  captions.forEach((caption, i) => rows.set(encode(caption).slice(0, length), i * length));
  return rows;
}

const SHORTEST = 8;
const LONGEST = 40;

/** How many pieces of a caption are looked at: enough for 19 captions in 20, as far as time allows. */
export function suitableLength(captions: readonly string[], { encode }: BytePairs): number {
  const lengths = captions.map(caption => encode(caption).length).sort((a, b) => a - b);
  return Math.min(LONGEST, Math.max(SHORTEST, lengths[Math.floor(lengths.length * 0.95)] ?? SHORTEST));
}
