/** What the first bytes of a file say it is. */
export type Sniffed =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  /** A real image (or medical) format that is not read here; `name` is for people. */
  | { readonly kind: 'unsupported'; readonly name: string }
  /** A stand-in for content that has not been fetched; `name` is the tool that left it. */
  | { readonly kind: 'pointer'; readonly name: string }
  | { readonly kind: 'unknown' };

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif' | 'svg';

/** How many bytes {@link sniff} wants to see; SVG files may begin with a long comment. */
export const sniffBytes = 4096;

/** Camera RAW files carry a TIFF signature, so only their names tell. */
const rawExtensions = new Set(
  'arw cr2 cr3 crw dcr dng erf fff iiq k25 kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f 3fr'.split(' '),
);

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean =>
  bytes.length >= signature.length && signature.every((byte, index) => bytes[index] === byte);

/**
 * Tells a format by content; the name is asked only where content can't tell (camera RAW). A JPEG called `.png` is a JPEG.
 * @param bytes the beginning of the file, {@link sniffBytes} or all of it
 */
export const sniff = (bytes: Uint8Array, fileName: string): Sniffed => {
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return image('jpeg');
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return image('png');
  if (ascii(bytes, 0, 4) === 'GIF8') return image('gif');
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return image('webp');
  if (isTiff(bytes)) {
    if (ascii(bytes, 8, 10) === 'CR' || rawExtensions.has(extension)) return unsupported('camera RAW');
    return image('tiff');
  }
  if (ascii(bytes, 4, 8) === 'ftyp') return sniffFtyp(bytes);
  if (startsWith(bytes, 0xff, 0x0a) || ascii(bytes, 4, 8) === 'JXL ') return unsupported('JPEG XL');
  if (ascii(bytes, 128, 132) === 'DICM') return unsupported('DICOM');
  if (ascii(bytes, 0, 4) === '8BPS') return unsupported('Photoshop');
  if (ascii(bytes, 4, 8) === 'jP  ' || startsWith(bytes, 0xff, 0x4f, 0xff, 0x51)) return unsupported('JPEG 2000');
  if (startsWith(bytes, 0x76, 0x2f, 0x31, 0x01)) return unsupported('OpenEXR');
  if (startsWith(bytes, 0, 0, 1, 0) && extension === 'ico') return unsupported('ICO');
  if (['FUJIFILMCCD-RAW', 'IIRO', 'MMOR', 'IIU\0', 'FOVb'].some(magic => ascii(bytes, 0, magic.length) === magic)) {
    return unsupported('camera RAW');
  }
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length >= 6) return image('bmp');
  return sniffText(bytes, extension);
};

const image = (format: ImageFormat): Sniffed => ({ kind: 'image', format });
const unsupported = (name: string): Sniffed => ({ kind: 'unsupported', name });

const isTiff = (bytes: Uint8Array): boolean =>
  startsWith(bytes, 0x49, 0x49, 0x2a, 0) ||
  startsWith(bytes, 0x4d, 0x4d, 0, 0x2a) ||
  startsWith(bytes, 0x49, 0x49, 0x2b, 0) ||
  startsWith(bytes, 0x4d, 0x4d, 0, 0x2b);

/** ISO base media files: AVIF and HEIC share a container and often the major brand, so all brands count. */
const sniffFtyp = (bytes: Uint8Array): Sniffed => {
  const boxBytes = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
  const brands: string[] = [];
  for (let at = 8; at + 4 <= Math.min(boxBytes, bytes.length, 256); at += 4) if (at !== 12) brands.push(ascii(bytes, at, at + 4));
  if (brands.includes('avif') || brands.includes('avis')) return image('avif');
  if (brands.some(brand => ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'].includes(brand))) {
    return unsupported('HEIC');
  }
  if (brands.includes('crx ')) return unsupported('camera RAW');
  return { kind: 'unknown' };
};

const sniffText = (bytes: Uint8Array, extension: string): Sniffed => {
  const text = decodeStart(bytes);
  if (
    /^version https:\/\/git-lfs\.github\.com\/spec\//.test(text) ||
    /^version https:\/\/hawser\.github\.com\/spec\//.test(text)
  ) {
    return { kind: 'pointer', name: 'Git LFS' };
  }
  if (bytes.length < 1024 && /^\/annex\/objects\//.test(text)) return { kind: 'pointer', name: 'git-annex' };
  if (bytes.length < 1024 && /^outs:\s*\n\s*- (md5|path|hash):/.test(text)) return { kind: 'pointer', name: 'DVC' };
  if (/^\s*(<\?xml|<!--|<!DOCTYPE\s+svg|<svg[\s>:])/i.test(text) && /<(\w+:)?svg[\s>]/i.test(text)) return image('svg');
  if (extension === 'svg' && /^\s*</.test(text) && /<(\w+:)?svg[\s>]/i.test(text)) return image('svg');
  if (extension === 'svgz' && startsWith(bytes, 0x1f, 0x8b)) return image('svg');
  return { kind: 'unknown' };
};

const decodeStart = (bytes: Uint8Array): string => {
  const encoding = startsWith(bytes, 0xff, 0xfe) ? 'utf-16le' : startsWith(bytes, 0xfe, 0xff) ? 'utf-16be' : 'utf-8';
  // A byte order mark is dropped by TextDecoder itself.
  return new TextDecoder(encoding).decode(bytes.subarray(0, sniffBytes));
};
