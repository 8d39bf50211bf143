/**
 * The byte layout of a signature: everything that later stages need to know of a picture, in one fixed-length record,
 * so that it can be cached by content and shared between threads. All fields are bytes or little-endian 16-bit numbers.
 */

/** Raise on every change of layout or meaning: cached signatures of other versions are recomputed. */
export const DESCRIPTOR_VERSION = 3;

/** What the decoder must hand to `describe`: the whole picture squeezed into a square ('fill': the aspect is not kept). */
export const RASTER_SPEC = { side: 96, fit: 'fill' } as const;

/** Side of the grey plane that pairs are aligned on. */
export const GREY_SIDE = 48;
/** Side of the two chroma planes. */
export const CHROMA_SIDE = 12;
/** Components of one index vector. */
export const INDEX_DIMENSIONS = 48;

/** Windows of the trimmed picture, in [0, 1], each with an index vector of its own: what a cropped copy would show. */
export interface View {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CROP = 0.87;

/** View 0 is the trimmed picture itself; 1–5 are crops of it: four corners and the centre. */
export const VIEWS: readonly View[] = [
  { name: 'trimmed', left: 0, top: 0, right: 1, bottom: 1 },
  { name: 'top left', left: 0, top: 0, right: CROP, bottom: CROP },
  { name: 'top right', left: 1 - CROP, top: 0, right: 1, bottom: CROP },
  { name: 'bottom left', left: 0, top: 1 - CROP, right: CROP, bottom: 1 },
  { name: 'bottom right', left: 1 - CROP, top: 1 - CROP, right: 1, bottom: 1 },
  { name: 'centre', left: 0.07, top: 0.07, right: 0.93, bottom: 0.93 },
];

/** Index of the vector of the untrimmed picture; the same as view 0 where nothing was trimmed. */
export const FULL_VIEW = VIEWS.length;
export const VECTOR_COUNT = VIEWS.length + 1;

/** Bits of the flags byte. */
export const FLAG_BLANK = 1;
export const FLAG_TRIMMED = 2;
export const FLAG_TRANSPARENT = 4;

/** Header: version u8, flags u8, box (left, top, right, bottom: u8, in raster pixels), source width and height u16 (capped). */
export const OFFSET_VERSION = 0;
export const OFFSET_FLAGS = 1;
export const OFFSET_BOX = 2;
export const OFFSET_SOURCE = 6;
/** log2 of the aspect ratio (width / height) of the trimmed picture, × 16, + 128: u8. */
export const OFFSET_ASPECT = 10;
/** The picture's measures: `quality/storedMeasures.ts`. */
export const OFFSET_MEASURES = 11;
export const HEADER_BYTES = 16;

export const OFFSET_VECTORS = HEADER_BYTES;
export const OFFSET_GREY = OFFSET_VECTORS + VECTOR_COUNT * INDEX_DIMENSIONS;
export const OFFSET_CHROMA = OFFSET_GREY + GREY_SIDE * GREY_SIDE;
/** The starter encoder's embedding as signed bytes; all zeros where there is none. */
export const OFFSET_EMBEDDING = OFFSET_CHROMA + 2 * CHROMA_SIDE * CHROMA_SIDE;
export const EMBEDDING_DIMENSIONS = 128;
/** The length that embeddings are scaled to before they are rounded: three standard deviations of a component are in range. */
export const EMBEDDING_LENGTH = 381;
export const SIGNATURE_BYTES = OFFSET_EMBEDDING + EMBEDDING_DIMENSIONS;
