import type { Box } from '../../../core/search/box';

interface Size {
  readonly width: number;
  readonly height: number;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(most, value));

/** What is marked before anyone drags: the middle third. */
export function startBox({ width, height }: Size): Box {
  const third = (length: number): number => Math.max(1, Math.round(length / 3));
  return {
    x: Math.floor((width - third(width)) / 2),
    y: Math.floor((height - third(height)) / 2),
    width: third(width),
    height: third(height),
  };
}

/** The box between two corners, whole pixels inside the picture. */
export function dragged(from: Point, to: Point, picture: Size): Box {
  const [x0, x1] = [from.x, to.x].map(x => between(0, Math.round(x), picture.width)).sort((a, b) => a - b);
  const [y0, y1] = [from.y, to.y].map(y => between(0, Math.round(y), picture.height)).sort((a, b) => a - b);
  const [x, y] = [Math.min(x0, picture.width - 1), Math.min(y0, picture.height - 1)];
  return { x, y, width: Math.max(1, x1 - x), height: Math.max(1, y1 - y) };
}

/** The box with one of its numbers changed; it gives way so that it stays inside the picture. */
export function moved(box: Box, side: keyof Box, value: number, picture: Size): Box {
  switch (side) {
    case 'x':
      return { ...box, x: between(0, value, picture.width - box.width) };
    case 'y':
      return { ...box, y: between(0, value, picture.height - box.height) };
    case 'width':
      return { ...box, width: between(1, value, picture.width - box.x) };
    case 'height':
      return { ...box, height: between(1, value, picture.height - box.y) };
  }
}
