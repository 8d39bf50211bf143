import * as tf from '@tensorflow/tfjs-core';

/** f(x) taken as a constant by the gradient; f may use operations that have none, such as comparisons. */
export function withoutGradient<T extends tf.Tensor>(f: (x: tf.Tensor) => T, x: tf.Tensor): T {
  const frozen = tf.customGrad((...inputs) => ({
    value: f(inputs[0] as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return frozen(x) as T;
}
