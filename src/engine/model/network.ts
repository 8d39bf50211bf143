import type * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../compile/recorder';
import type { Layer, ParameterSpec, Shape3 } from './layers/layer';

export interface ForwardOptions {
  /** Batch normalization uses the batch's own moments, noisy units their noise. */
  readonly training: boolean;
  /** One tensor [N, …] for each of the network's `noise` names; only when training. */
  readonly noise?: NamedTensors;
}

export interface ForwardResult {
  /** [N, embeddingSize] */
  readonly embedding: tf.Tensor2D;
  /** New values of parameters that are statistics of the data, not learned by gradient. */
  readonly statistics: NamedTensors;
}

/** One branch of a Siamese network: images to embeddings. Both branches share it, so its weights too. */
export interface Network {
  readonly name: string;
  /** Height, width, channels of the images, numbers in 0…1. */
  readonly input: Shape3;
  readonly embeddingSize: number;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Standard normal numbers to draw afresh for every image when training: shapes without the batch. */
  readonly noise: Readonly<Record<string, readonly number[]>>;
  /** `images` [N, height, width, channels]. */
  forward(parameters: NamedTensors, images: tf.Tensor4D, options: ForwardOptions): ForwardResult;
}

/** Layers one after the other, on images or on anything else, and their parameters, named `<position>.<layer>/<parameter>`, positions from 1. */
export interface Chain {
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly noise: Readonly<Record<string, readonly number[]>>;
  readonly placed: readonly { readonly layer: Layer; readonly outputShape: readonly number[] }[];
  /** The last layer's output; `onOutput` gets each one's. */
  run(
    parameters: NamedTensors,
    inputs: tf.Tensor,
    options: ForwardOptions,
    onOutput?: (output: tf.Tensor, index: number) => void,
  ): { readonly output: tf.Tensor; readonly statistics: NamedTensors };
}

export function chain(input: readonly number[], layers: readonly Layer[]): Chain {
  const parameters: Record<string, ParameterSpec> = {};
  const noise: Record<string, readonly number[]> = {};
  let shape: readonly number[] = input;
  const placed = layers.map((layer, i) => {
    const prefix = `${i + 1}.${layer.name}`;
    const own = layer.parameters(shape);
    for (const [key, spec] of Object.entries(own)) parameters[`${prefix}/${key}`] = spec;
    const noiseShape = layer.noise?.(shape);
    if (noiseShape) noise[prefix] = noiseShape;
    shape = layer.outputShape(shape);
    return { layer, prefix, keys: Object.keys(own), outputShape: shape };
  });
  const run: Chain['run'] = (tensors, inputs, options, onOutput) => {
    const statistics: Record<string, tf.Tensor> = {};
    let x: tf.Tensor = inputs;
    placed.forEach(({ layer, prefix, keys }, i) => {
      const own = Object.fromEntries(keys.map(key => [key, tensors[`${prefix}/${key}`]]));
      const result = layer.apply(x, own, { training: options.training, noise: options.noise?.[prefix] });
      for (const [key, value] of Object.entries(result.statistics ?? {})) statistics[`${prefix}/${key}`] = value;
      x = result.output;
      onOutput?.(x, i);
    });
    return { output: x, statistics };
  };
  return { parameters, noise, placed, run };
}

/** Layers applied one after the other, the last giving the embedding. */
export function sequential(name: string, input: Shape3, layers: readonly Layer[]): Network {
  const { parameters, noise, placed, run } = chain(input, layers);
  const shape = placed.at(-1)?.outputShape ?? input;
  if (shape.length !== 1) throw new Error(`Network "${name}" ends in [${shape.join()}]; an embedding is one vector.`);
  const forward = (tensors: NamedTensors, images: tf.Tensor4D, options: ForwardOptions): ForwardResult => {
    const { output, statistics } = run(tensors, images, options);
    return { embedding: output as tf.Tensor2D, statistics };
  };
  return { name, input, embeddingSize: shape[0], parameters, noise, forward };
}
