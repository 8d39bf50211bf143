import type { Box } from '../../core/search/box';
import type { PictureSize } from '../decode/header';

/** Whole pixels, cut at the picture's edges; at least one pixel. */
export function wholeBox(box: Box, picture: PictureSize): Box {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)));
  const [x, y] = [within(box.x, picture.width - 1), within(box.y, picture.height - 1)];
  const width = Math.max(1, within(box.x + box.width, picture.width) - x);
  return { x, y, width, height: Math.max(1, within(box.y + box.height, picture.height) - y) };
}
