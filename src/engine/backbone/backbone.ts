import * as v from 'valibot';
import { inputRangeNames } from '../../core/training/backboneOptions';
import type { Shape3 } from '../model/layers/layer';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 20));

/**
 * What a model file keeps of its backbone: where it is, which one it was, and how it is used; never the network itself, which may be
 * hundreds of megabytes and is the user's.
 */
export const backboneSchema = v.object({
  kind: v.picklist(['onnx', 'tfjs-layers', 'tfjs-graph']),
  /** Absolute. */
  path: v.string(),
  /** The same from the model file's folder on, so that both may move together; absent where there is no such way. */
  relativePath: v.optional(v.string()),
  /** SHA-256 of the file, or of model.json and its weights, as hexadecimal digits. */
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Height, width, channels of the images that it gets, numbers 0…1 before the preprocessing. */
  input: v.tuple([size, size, size]),
  preprocessing: v.picklist(inputRangeNames),
  /** The output or inner layer that features are taken from. */
  output: v.string(),
  /** How that becomes one vector: it is one, the mean over places or tokens, or the first token. */
  pooling: v.picklist(['none', 'mean', 'first']),
  featureSize: size,
});
export type BackboneDescription = v.InferOutput<typeof backboneSchema>;

/** A frozen encoder. Runs must not overlap. */
export interface Backbone {
  readonly description: BackboneDescription;
  readonly input: Shape3;
  readonly featureSize: number;
  /** `count` images of the input's shape one after the other, numbers 0…1, to `count` × `featureSize` numbers. */
  embed(pixels: Float32Array, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}
