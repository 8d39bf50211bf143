/** What a caption file holds. */
export type CaptionText = { readonly kind: 'caption'; readonly text: string } | { readonly kind: 'empty' | 'annotation' };

/** A class number and at least four more: a YOLO box, polygon, turned box or pose. */
const annotationRow = /^\d+(?:\s+[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?){4,}$/i;

/**
 * Reads a caption file: its first line that is not blank, as trainers of image models do (kohya's sd-scripts; further lines may be
 * variants or translations). A file of YOLO rows is an annotation, never a caption.
 */
export function captionOf(text: string): CaptionText {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(line => line.trim())
    .filter(line => line !== '');
  if (lines.length === 0) return { kind: 'empty' };
  if (lines.every(line => annotationRow.test(line))) return { kind: 'annotation' };
  return { kind: 'caption', text: lines[0] };
}

/** A caption for a message: one line, not too long. */
export function shortCaption(text: string, most = 80): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`;
}
