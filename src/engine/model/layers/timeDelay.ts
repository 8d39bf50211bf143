import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer';

/**
 * A time-delay layer: every output sees `taps` moments, `dilation` steps apart, of all channels; the same weights at all times (a convolution in
 * time). Waibel et al., "Phoneme recognition using time-delay neural networks", 1989; dilated as in Peddinti, Povey and Khudanpur, "A time delay
 * neural network architecture for efficient modeling of long temporal contexts", Interspeech 2015. Input [time, channels], nothing beyond the ends:
 * time shrinks by (taps − 1) · dilation. TensorFlow.js has no gradient of dilated convolutions, so the moments are laid side by side and go
 * through one matrix product.
 */
export function timeDelay(filters: number, taps: number, dilation: number): Layer {
  const reach = (taps - 1) * dilation;
  return {
    name: 'timeDelay',
    outputShape: ([time]) => [time - reach, filters],
    parameters: ([, channels]) => ({
      kernel: { shape: [taps * channels, filters], initializer: 'heNormal', role: 'kernel' },
      bias: { shape: [filters], initializer: 'zeros', role: 'bias' },
    }),
    apply: (x, { kernel, bias }) => {
      const [batch, time, channels] = x.shape as [number, number, number];
      const left = time - reach;
      const moments = Array.from({ length: taps }, (_, k) => tf.slice(x, [0, k * dilation, 0], [batch, left, channels]));
      const rows: tf.Tensor2D = tf.reshape(tf.concat(moments, 2), [batch * left, taps * channels]);
      const sums = tf.add(tf.matMul<tf.Tensor2D>(rows, kernel as tf.Tensor2D), bias);
      return { output: tf.reshape(sums, [batch, left, filters]) };
    },
  };
}

/** Against the root's infinite slope at 0. */
const SMALLEST_VARIANCE = 1e-4;

/**
 * Mean and standard deviation over time of each channel, one after the other: a vector however long the input is. Snyder et al., "Deep neural
 * network embeddings for text-independent speaker verification", Interspeech 2017, section 3.
 */
export function statisticsPool(): Layer {
  return {
    name: 'statisticsPool',
    outputShape: ([, channels]) => [2 * channels],
    parameters: () => ({}),
    apply: x => {
      const mean = tf.mean(x, 1, true);
      const variance = tf.mean(tf.square(tf.sub(x, mean)), 1);
      return { output: tf.concat([tf.squeeze(mean, [1]), tf.sqrt(tf.add(variance, SMALLEST_VARIANCE))], 1) };
    },
  };
}
