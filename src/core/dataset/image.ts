/** One image file as a scan saw it. `index` is its position in the scan's image list; an image is (path, content). */
export interface ImageRecord {
  readonly index: number;
  /** Index into the scan's roots. */
  readonly root: number;
  /** Path below its root, with `/` between segments. */
  readonly path: string;
  /** SHA-256 of the file's bytes, lower-case hex. Empty for a file that could not be read. */
  readonly content: string;
  readonly sizeBytes: number;
  /** Time of last change, milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Decoded size in pixels, orientation applied; 0 where unreadable. */
  readonly width: number;
  readonly height: number;
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `bmp`, `avif`, `svg`; empty where unknown. */
  readonly format: string;
  /** Its class, where the labels rule gives one. */
  readonly label?: string;
  /** Its split (train, val, test …), where the splits rule gives one. */
  readonly split?: string;
  /** The patient, video or scene it is of, where the setting `groupBy` tells one. */
  readonly identity?: string;
  /** Set where the file could not be used; such an image takes part in no pair. */
  readonly problem?: ImageProblem;
  /** Belongs to the reference of an `--against` scan: never compared with its like, never reported as the one to remove. */
  readonly reference?: boolean;
}

/** Why a file takes no part in pairs. `detail` is English, for people, and the same in every scan; may be empty. */
export interface ImageProblem {
  readonly kind: 'unreadable-image' | 'unsupported-format' | 'not-fetched';
  readonly reason:
    | 'empty'
    | 'truncated'
    | 'not-an-image'
    | 'damaged'
    | 'too-large'
    | 'no-permission'
    | 'gone'
    | 'bad-name'
    | 'unsupported'
    | 'pointer';
  readonly detail: string;
}
