import type { ImageRecord } from '../dataset/image';

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/** MurmurHash3_x86_32 (Austin Appleby, public domain) over a string's UTF-16 code units, two to a block, little end first; an odd last one is padded with 0. */
function murmur32(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 2) {
    // charCodeAt past the end is NaN, which `|` reads as 0; the length, mixed in below, tells "a" from "a\0".
    let block = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    block = Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotate(hash ^ block, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const hex8 = (x: number): string => x.toString(16).padStart(8, '0');

/**
 * 16 hex digits of a string: MurmurHash3_x86_32 with two seeds. Not for secrets; among a million strings the chance of any two
 * falling together is about 3 in 10⁸ (n² / 2⁶⁵).
 */
export const hash64Hex = (text: string): string => hex8(murmur32(text, 0x7f4a7c15)) + hex8(murmur32(text, 0x1ce4e5b9));

/** Where a file is, so that two roots with the same tree don't fall together; the first root's number is left out. */
const place = (image: ImageRecord): string => (image.root === 0 ? image.path : `${image.root}\0${image.path}`);

/**
 * The id of a pair finding: of the two contents in order, or, where they are equal, of the content and the two paths. It does
 * not depend on the kind, the distance, the threshold, nor (for different contents) on the paths.
 */
export function pairId(a: ImageRecord, b: ImageRecord): string {
  if (a.content !== b.content) {
    return hash64Hex(a.content < b.content ? `${a.content}\n${b.content}` : `${b.content}\n${a.content}`);
  }
  const [first, second] = [place(a), place(b)].sort();
  return hash64Hex(`${a.content}\n${first}\n${second}`);
}

/** The id of a finding about an image's label: of its content, label and path. Another label is another finding. */
export const labelId = (image: ImageRecord): string =>
  hash64Hex(`label\n${image.content}\n${image.label ?? ''}\n${place(image)}`);

/** The id of a finding about one file: of its path. (Its content may be unreadable, or the same as that of other broken files.) */
export const fileId = (image: ImageRecord): string => hash64Hex(`file\n${place(image)}`);

/** The id of a finding about a picture's quality: of its content, the kind and its path. */
export const qualityId = (image: ImageRecord, kind: string): string => hash64Hex(`${kind}\n${image.content}\n${place(image)}`);

/** The id of a finding about an identity that stands in two splits: of the image's content, the identity and its path. */
export const identityId = (image: ImageRecord, identity: string): string =>
  hash64Hex(`identity\n${image.content}\n${identity}\n${place(image)}`);

/** The id of a finding about a verdict: of the verdict's. */
export const verdictFindingId = (verdict: string): string => hash64Hex(`verdict\n${verdict}`);
