import type { PictureRead } from '../trainingService/readPictures';
import type { Material } from './material';

export interface PictureImages {
  /** Content of an image → its number. */
  readonly places: ReadonlyMap<string, number>;
  /** The number of the image that each picture stands in. */
  readonly ofPicture: Int32Array;
  /** The first picture of each image. */
  readonly firstOf: readonly number[];
}

/** The images that pictures stand in: themselves, but for boxes, of which one image may hold several. */
export function pictureImages(
  { firstOf, contents }: Pick<Material, 'firstOf' | 'contents'>,
  reads: readonly PictureRead[],
): PictureImages {
  const places = new Map<string, number>();
  const firsts: number[] = [];
  const ofPicture = Int32Array.from(firstOf, (first, picture) => {
    const content = reads[first].image ?? contents[picture];
    const place = places.get(content) ?? places.size;
    if (place === places.size) firsts.push(picture);
    places.set(content, place);
    return place;
  });
  return { places, ofPicture, firstOf: firsts };
}
