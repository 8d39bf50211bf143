/** Extensions (lower case, without dot) of the formats that are decoded here. */
export const readableExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif pjpeg pjp png apng webp gif tif tiff bmp dib avif svg'.split(' '),
);

/** Extensions of image formats that cannot be read here: counted and reported, never silently left out. */
export const unsupportedExtensions: ReadonlySet<string> = new Set(
  'heic heif hif jxl jp2 j2k dng cr2 cr3 crw nef nrw arw orf rw2 raf pef srw dcm dicom ppm pgm pbm pnm tga exr hdr psd'.split(
    ' ',
  ),
);

/** The extension in lower case, without its dot; empty for `.png` (a hidden file without extension) and `png`. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** What a file is by its name alone. `._x.jpg` is macOS metadata that only looks like a picture. */
export function imageKindOf(path: string): 'readable' | 'unsupported' | undefined {
  const extension = extensionOf(path);
  const kind = readableExtensions.has(extension) ? 'readable' : unsupportedExtensions.has(extension) ? 'unsupported' : undefined;
  return kind && path.slice(path.lastIndexOf('/') + 1).startsWith('._') ? undefined : kind;
}

/** Pointers are small text files; Git LFS itself reads no more than this many bytes to tell. */
export const lfsPointerMaxBytes = 1024;
const lfsVersions = ['version https://git-lfs.github.com/spec/', 'version https://hawser.github.com/spec/'];

/** Whether a file's bytes are a Git LFS pointer (specification: git-lfs docs/spec.md) instead of a picture. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  if (bytes.length < 60 || bytes.length > lfsPointerMaxBytes) return false;
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return lfsVersions.some(version => text.startsWith(version)) && /\noid [a-z0-9]+:[0-9a-f]{32,}\r?\n/.test(text);
}
