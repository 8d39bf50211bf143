import type { BackboneDescription } from './backbone';

/** Where the numbers of an output lie: a vector, `places` vectors one after the other, or `size` maps of `places` numbers each. */
export interface FeatureLayout {
  readonly size: number;
  readonly places: number;
  readonly isMaps: boolean;
}

/** @returns undefined for a shape (without the batch) that holds no vectors. */
export function featureLayout(shape: readonly number[], channelsFirst: boolean): FeatureLayout | undefined {
  if (shape.length === 0 || shape.length > 3) return undefined;
  if (shape.length === 1) return { size: shape[0], places: 1, isMaps: false };
  if (shape.length === 2) return { size: shape[1], places: shape[0], isMaps: false };
  if (channelsFirst) return { size: shape[0], places: shape[1] * shape[2], isMaps: true };
  return { size: shape[2], places: shape[0] * shape[1], isMaps: false };
}

/** One vector an image. */
export function pool(
  values: Float32Array,
  count: number,
  { size, places, isMaps }: FeatureLayout,
  pooling: BackboneDescription['pooling'],
): Float32Array {
  const features = new Float32Array(count * size);
  const used = pooling === 'mean' ? places : 1;
  const [perFeature, perPlace] = isMaps ? [places, 1] : [1, size];
  for (let i = 0; i < count; i++) {
    for (let f = 0; f < size; f++) {
      let sum = 0;
      for (let p = 0, at = i * size * places + f * perFeature; p < used; p++, at += perPlace) sum += values[at];
      features[i * size + f] = sum / used;
    }
  }
  return features;
}
