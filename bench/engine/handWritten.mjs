// The chapter's step as a graph that somebody wrote by hand, for comparison: same batch, loss and optimizer, state fed back.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * @param module exports `paramsOf(net)` → [{ name, shape }] and `build({ net, N, train, opt })` → the bytes of an ONNX model that takes
 *   x [N, 1, 28, 28], Wp and Wn [N, N], lr, bc1, bc2, and its parameters with their moments m_… and v_…, and gives each as o_….
 * @returns a function that takes one step
 */
export async function handWrittenStep(module, { images, threads, pixels, similar, different }) {
  const ort = require('onnxruntime-node');
  const tensor = (data, shape) => new ort.Tensor('float32', data, shape);
  const size = shape => shape.reduce((a, b) => a * b, 1);
  const session = await ort.InferenceSession.create(module.build({ net: 'seed', N: images, train: true, opt: 'adam' }), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const names = module.paramsOf('seed').flatMap(({ name, shape }) => ['', 'm_', 'v_'].map(slot => [slot + name, shape]));
  // The same kind of numbers as the compiled step's: no denormals, no dead units.
  let seed = 1;
  const draw = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;
  let state = Object.fromEntries(
    names.map(([name, shape]) => {
      const reach =
        name.startsWith('m_') || name.startsWith('v_') || shape.length < 2
          ? 0
          : 2 * Math.sqrt(6 / (size(shape.slice(1)) + shape[0]));
      return [
        name,
        tensor(
          Float32Array.from({ length: size(shape) }, () => draw() * reach),
          shape,
        ),
      ];
    }),
  );
  const fresh = () =>
    Object.fromEntries(names.map(([name, shape]) => [`o_${name}`, tensor(new Float32Array(size(shape)), shape)]));
  const buffers = [fresh(), fresh()];
  const loss = tensor(new Float32Array(1), []);
  const fixed = {
    x: tensor(pixels, [images, 1, 28, 28]),
    Wp: tensor(similar, [images, images]),
    Wn: tensor(different, [images, images]),
    lr: tensor(Float32Array.of(1e-3), []),
    bc1: tensor(Float32Array.of(1), []),
    bc2: tensor(Float32Array.of(1), []),
  };
  let step = 0;
  return async () => {
    const results = await session.run({ ...fixed, ...state }, { ...buffers[step++ % 2], loss });
    state = Object.fromEntries(names.map(([name]) => [name, results[`o_${name}`]]));
  };
}
