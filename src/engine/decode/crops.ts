import { boxPixels, type LabelBox } from '../../core/dataset/boxes';
import { flatten } from './flatten';
import type { PictureSize } from './header';
import type { Sharp } from './pictureDecoder';
import type { Raster } from './raster';

/** Boxes that are narrower or lower show too little to judge. */
export const LEAST_BOX_SIDE = 8;

/** A box's pixels at a network's input size; or why there are none. */
export type Crop = Raster | 'small' | 'outside';

/** All of a picture, upright, as RGB or RGBA. */
export interface WholePixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Cuts boxes out of a picture and squeezes each to a size.
 * @param size the picture's own; its pixels may be fewer (BMP that is thinned)
 */
export async function cropBoxes(
  sharp: Sharp,
  { data, width, height, channels }: WholePixels,
  size: PictureSize,
  boxes: readonly LabelBox[],
  input: PictureSize,
): Promise<readonly Crop[]> {
  const pixels = channels === 4 ? flatten(data) : data;
  const crops: Crop[] = [];
  for (const each of boxes) {
    const own = boxPixels(each, size);
    if (!own) crops.push('outside');
    else if (own.width < LEAST_BOX_SIDE || own.height < LEAST_BOX_SIDE) crops.push('small');
    else {
      const share = [own.left / size.width, own.top / size.height, own.width / size.width, own.height / size.height] as const;
      const place = boxPixels({ box: share, unit: 'share' }, { width, height })!;
      const { data: crop, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .extract(place)
        .resize(input.width, input.height, { fit: 'fill' })
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      crops.push({ width: info.width, height: info.height, data: new Uint8Array(crop.buffer, crop.byteOffset, crop.byteLength) });
    }
  }
  return crops;
}
