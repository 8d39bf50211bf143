import * as tf from '@tensorflow/tfjs-core';

/** How sharply a question picks the parts that answer it best: that of Lee et al., section 4.3. */
const SHARPNESS = 9;

/** What a branch says of its members, one row [D · (1 + parts)] each: a question of length 1, then the parts that answer. */
export interface Asking {
  readonly rows: tf.Tensor2D;
  readonly parts: number;
}

/**
 * Cross-modal attention, by which two modalities of a sample interact (the chapter's CMA): the question of a member of the one looks at all
 * parts of a member of the other (places of an image, moments of a sound), picks those that answer best, softmax(λ q·k), and is compared with
 * their mean under these weights; and the other way round. The likeness is the mean of both ways, −1…1. Scaled dot-product attention is
 * equation 1 of Vaswani et al., "Attention is all you need", 2017; attention of one modality over the parts of another to tell whether two
 * belong together, Lee et al., "Stacked cross attention for image-text matching", ECCV 2018.
 * @returns [N, M], of each of the N first with each of the M second
 */
export function crossModalLikeness(first: Asking, second: Asking): tf.Tensor2D {
  const [there, back] = [answered(first, second), answered(second, first)];
  return tf.mul(tf.add(there, tf.transpose(back)), 0.5);
}

/** [N, M]: how well the parts of each of M answer the question of each of N. */
function answered(asking: Asking, answering: Asking): tf.Tensor2D {
  const [count, width] = asking.rows.shape;
  const size = width / (1 + asking.parts);
  const { rows, parts } = answering;
  const questions = tf.slice<tf.Rank.R2, tf.Tensor2D>(asking.rows, [0, 0], [count, size]);
  const answers = tf.reshape(tf.slice(rows, [0, size], [rows.shape[0], parts * size]), [rows.shape[0] * parts, size]);
  const products = tf.reshape(tf.matMul(questions, answers as tf.Tensor2D, false, true), [count, rows.shape[0], parts]);
  const weights = tf.softmax(tf.mul(products, SHARPNESS));
  // q · Σ w k = Σ w (q · k): no sum over vectors is needed.
  return tf.sum(tf.mul(weights, products), 2);
}
