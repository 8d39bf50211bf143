// TensorFlow.js's wasm backend in Node, with what it needs to train a convolution.
import path from 'node:path';

const KERNELS = ['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'BatchMatMul'];
const state = new WeakMap();

/**
 * Chooses the backend. Its filter gradient, which it lacks, is a convolution of the transposed tensors. `tuned`: its input gradient and
 * its transposed products, both slow loops, become a convolution and a transposition before the product. Only for stride 1 and no padding.
 */
export async function useWasm(tf, require, tuned) {
  if (!state.has(tf)) {
    const wasm = require('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + '/');
    await tf.setBackend('wasm');
    await tf.ready();
    state.set(tf, { own: Object.fromEntries(KERNELS.map(name => [name, tf.getKernel(name, 'wasm')])) });
  }
  await tf.setBackend('wasm');
  const known = state.get(tf);
  if (known.tuned === tuned) return;
  known.tuned = tuned;
  for (const kernelName of KERNELS) {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    const kernelFunc = kernelName === 'Conv2DBackpropFilter' || tuned ? replacements(tf, known.own)[kernelName] : undefined;
    tf.registerKernel(kernelFunc ? { kernelName, backendName: 'wasm', kernelFunc } : known.own[kernelName]);
  }
}

function replacements(tf, own) {
  // The tidy releases what is made of an input; the input must live on.
  const tensor = info => {
    tf.backend().incRef(info.dataId);
    return tf.engine().makeTensorFromTensorInfo(info);
  };
  const tidy = f => tf.engine().tidy(f);
  return {
    Conv2DBackpropFilter: ({ inputs }) =>
      tidy(() => {
        const x = tf.transpose(tensor(inputs.x), [3, 1, 2, 0]);
        const dy = tf.transpose(tensor(inputs.dy), [1, 2, 0, 3]);
        return tf.transpose(tf.conv2d(x, dy, 1, 'valid'), [1, 2, 0, 3]);
      }),
    Conv2DBackpropInput: ({ inputs }) =>
      tidy(() => {
        const filter = tensor(inputs.filter);
        const [height, width] = filter.shape.map(d => d - 1);
        const padded = tf.pad(tensor(inputs.dy), [
          [0, 0],
          [height, height],
          [width, width],
          [0, 0],
        ]);
        return tf.conv2d(padded, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, 'valid');
      }),
    BatchMatMul: ({ inputs, attrs, backend }) =>
      tidy(() => {
        const upright = (info, turned) => {
          const rank = info.shape.length;
          const order = [...Array(rank).keys()];
          return turned ? tf.transpose(tensor(info), [...order.slice(0, -2), rank - 1, rank - 2]) : info;
        };
        const [a, b] = [upright(inputs.a, attrs.transposeA), upright(inputs.b, attrs.transposeB)];
        return own.BatchMatMul.kernelFunc({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
      }),
  };
}
