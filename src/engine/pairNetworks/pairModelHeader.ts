import * as v from 'valibot';
import { pairNetworkNames } from '../../core/training/names';

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 24));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What the file of a pair network says of itself. It lies in the container of all models (`model/modelContainer.ts`). */
export const pairModelSchema = v.object({
  /** Tells it from a model that embeds. */
  kind: v.literal('pairs'),
  /** For people. */
  name: v.pipe(v.string(), v.minLength(1)),
  network: v.picklist(pairNetworkNames),
  /** Height, width, channels of the pictures that it learned from. */
  input: v.tuple([size, size, size]),
  /** What is done to each picture before the towers see it: `standardized` in pairNetworks.ts. Weights fit no other. */
  pictures: v.literal('standardized'),
  relation: v.literal('same-picture'),
  trainedAt: v.string(),
  trainedOn: v.object({ images: count }),
  /** On altered views of images that were held back; absent where none were. */
  metrics: v.optional(v.object({ rocAuc: v.number() })),
  trainingLog: v.array(v.string()),
  writtenBy: v.string(),
  parameters: v.array(v.object({ name: v.string(), shape: v.pipe(v.array(size), v.maxLength(4)) })),
});

export type PairModelHeader = v.InferOutput<typeof pairModelSchema>;

/** Whether a header means to be one, whole or not. */
export const isPairModelHeader = (header: unknown): header is { readonly kind: 'pairs'; readonly network: string } =>
  v.is(v.object({ kind: v.literal('pairs'), network: v.string() }), header);
