/** A rectangle in a picture, in its pixels, orientation applied; `x` and `y` are its left upper corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Intersection over union, 0…1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** The same place in the picture at another size: whole pixels, at least one. */
export function scaleBox({ x, y, width, height }: Box, scale: number): Box {
  const length = (value: number): number => Math.max(1, Math.round(value * scale));
  return { x: Math.round(x * scale), y: Math.round(y * scale), width: length(width), height: length(height) };
}

/** `x,y,width,height` in whole pixels; undefined for anything else. */
export function parseBox(text: string): Box | undefined {
  const parts = text.split(',').map(part => part.trim());
  if (parts.length !== 4 || !parts.every(part => /^\d{1,9}$/.test(part))) return undefined;
  const [x, y, width, height] = parts.map(Number);
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
