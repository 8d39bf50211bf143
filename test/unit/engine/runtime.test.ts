import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { note, noteText } from '../../../src/core/dataset/note';
import type { Program } from '../../../src/engine/compile/program';
import { DISTANCES } from '../../../src/engine/distances/distances';
import { contrastive } from '../../../src/engine/losses/contrastive';
import { allPairs } from '../../../src/engine/miners/miners';
import { initialParameters } from '../../../src/engine/model/initialize';
import { relu } from '../../../src/engine/model/layers/activation';
import { convolution } from '../../../src/engine/model/layers/convolution';
import { dense } from '../../../src/engine/model/layers/dense';
import { maxPool } from '../../../src/engine/model/layers/pooling';
import { flatten } from '../../../src/engine/model/layers/shape';
import { sequential } from '../../../src/engine/model/network';
import { adam } from '../../../src/engine/optimizers/adam';
import type { RuntimeFactories } from '../../../src/engine/runtime/chooseRuntime';
import { chooseRuntime, chooseThreads, RUNTIME_FACTORIES } from '../../../src/engine/runtime/chooseRuntime';
import { createNodeRuntime } from '../../../src/engine/runtime/nodeRuntime';
import type { Executable, Runtime } from '../../../src/engine/runtime/runtime';
import { RuntimeUnavailableError } from '../../../src/engine/runtime/runtime';
import { createTfjsCpuRuntime, createTfjsNodeRuntime } from '../../../src/engine/runtime/tfjsRuntimes';
import { createWebRuntime } from '../../../src/engine/runtime/webRuntime';
import { SeededRandom } from '../../../src/engine/samplers/random';
import { scalarInputs } from '../../../src/engine/training/learner';
import { trainProgram } from '../../../src/engine/training/trainProgram';

const network = sequential('tiny', [8, 8, 1], [convolution(4, 3), relu(), maxPool(2), flatten(), dense(5)]);
const objective = {
  network,
  distance: DISTANCES.euclidean,
  loss: contrastive(1),
  miner: allPairs,
  optimizer: adam({ beta2: 0.99, epsilon: 1e-3 }),
};
const N = 6;
const program = trainProgram(objective, N);
const random = new SeededRandom(1);
const state = initialParameters(network, random);
const inputs = {
  images: Float32Array.from({ length: N * 64 }, () => random.next()),
  similar: Float32Array.from({ length: N * N }, (_, k) => (Math.floor(k / N) < k % N && k % 2 === 0 ? 0.1 : 0)),
  different: Float32Array.from({ length: N * N }, (_, k) => (Math.floor(k / N) < k % N && k % 2 === 1 ? 0.1 : 0)),
};
const withScalars = (step: number): Record<string, Float32Array> => ({
  ...inputs,
  ...scalarInputs(objective.optimizer, step, 1e-2),
});

async function train(runtime: Runtime, steps = 15): Promise<Awaited<ReturnType<Executable['state']>>> {
  const executable = await runtime.load(program);
  executable.setState(state);
  for (let step = 1; step <= steps; step++) await executable.run(withScalars(step));
  const result = await executable.state();
  await executable.dispose();
  return result;
}

describe('runtimes', () => {
  it('train to the same weights: native, WebAssembly, TensorFlow.js', async () => {
    const reference = await train(await createTfjsCpuRuntime());
    expect(reference['1.convolution/kernel']).not.toEqual(state['1.convolution/kernel']);
    for (const runtime of [await createNodeRuntime(1), await createNodeRuntime(2), await createWebRuntime(1)]) {
      const weights = await train(runtime);
      // Absolute: the last bias cancels in every distance, so that it holds nothing but rounding errors.
      const worst = Math.max(
        ...Object.entries(reference).flatMap(([name, v]) => [...v].map((x, i) => Math.abs(x - weights[name][i]))),
      );
      expect(worst, `${runtime.name}, ${runtime.threads} threads`).toBeLessThan(2e-4);
    }
  });
  it('say which input is missing or has the wrong size, and keep working', async () => {
    const executable = await (await createNodeRuntime(1)).load(program);
    executable.setState(state);
    const { images, ...rest } = withScalars(1);
    await expect(executable.run(rest)).rejects.toThrow('"images" is missing');
    await expect(executable.run({ ...rest, images: images.subarray(1) })).rejects.toThrow('"images" has 383 numbers');
    expect(() => executable.setState({ nonsense: new Float32Array(1) })).toThrow('no state "nonsense"');
    expect(() => executable.setState({ '1.convolution/bias': new Float32Array(1) })).toThrow('not [4]');
    expect((await executable.run({ ...rest, images })).loss[0]).toBeGreaterThan(0);
  });
  it('frozen copies: setting and reading the state never aliases the caller’s arrays', async () => {
    const executable = await (await createNodeRuntime(1)).load(program);
    const mine = state['1.convolution/bias'].slice().fill(0.25);
    executable.setState({ '1.convolution/bias': mine });
    mine.fill(9);
    const read = await executable.state(['1.convolution/bias']);
    expect([...read['1.convolution/bias']]).toEqual([0.25, 0.25, 0.25, 0.25]);
    read['1.convolution/bias'].fill(7);
    expect((await executable.state())['1.convolution/bias'][0]).toBe(0.25);
  });
  it('tfjs-node that is not installed is unavailable, not an error of ours', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('Cannot find package'));
    await expect(createTfjsNodeRuntime(load)).rejects.toThrow(RuntimeUnavailableError);
    await expect(createTfjsNodeRuntime(() => Promise.resolve({}))).rejects.toThrow('registered no backend');
  });
});

describe('choosing', () => {
  const unavailable = (why: string) => (): Promise<never> => Promise.reject(new RuntimeUnavailableError(note(why)));
  /** A runtime that answers as `base` does, later or with other numbers. */
  const fake = (name: Runtime['name'], base: Runtime, delayMs: number, factor = 1): Runtime => ({
    name,
    threads: 1,
    dispose: () => Promise.resolve(),
    load: async (p: Program) => {
      const inner = await base.load(p);
      return {
        setState: arrays => inner.setState(arrays),
        state: names => inner.state(names),
        shareState: from => inner.shareState(from),
        dispose: () => inner.dispose(),
        run: async given => {
          const [results] = await Promise.all([inner.run(given), new Promise(resolve => setTimeout(resolve, delayMs))]);
          results.loss = results.loss.map(v => v * factor);
          return results;
        },
      };
    },
  });
  const check = { program, state, inputs: withScalars(1) };
  const factories = (cpu: Runtime, gpu: () => Promise<Runtime>): RuntimeFactories => ({
    ...RUNTIME_FACTORIES,
    'onnxruntime-node': () => Promise.resolve(cpu),
    webgpu: gpu,
  });

  it('auto falls back from native to WebAssembly with the reason, and says so if nothing works', async () => {
    const without = { ...RUNTIME_FACTORIES, 'onnxruntime-node': unavailable('no native library') };
    const { runtime, reasons } = await chooseRuntime('auto', 1, check, without);
    expect(runtime.name).toBe('onnxruntime-web');
    expect(noteText(reasons[0])).toBe('no native library');
    const nothing = { ...without, 'onnxruntime-web': unavailable('no WebAssembly') };
    await expect(chooseRuntime('auto', 1, check, nothing)).rejects.toThrow('no native library no WebAssembly');
  });
  it('the GPU is used only where it exists, agrees and is faster', async () => {
    const native = await createNodeRuntime(1);
    const slow = fake('onnxruntime-node', native, 30);
    const choose = (gpu: () => Promise<Runtime>, cpu = slow) => chooseRuntime('auto', 1, check, factories(cpu, gpu));
    const gpu = (delay: number, factor?: number) => (): Promise<Runtime> =>
      Promise.resolve(fake('webgpu', native, delay, factor));
    expect((await choose(gpu(0))).runtime.name).toBe('webgpu');
    const absent = await choose(unavailable('no adapter'));
    expect([absent.runtime.name, noteText(absent.reasons.at(-1)!)]).toEqual([
      'onnxruntime-node',
      'The GPU is not used: no adapter',
    ]);
    expect(noteText((await choose(gpu(0, 1.1))).reasons.at(-1)!)).toContain('differ');
    expect((await choose(gpu(0, NaN))).runtime.name).toBe('onnxruntime-node');
    expect(noteText((await choose(gpu(60))).reasons.at(-1)!)).toContain('ms a step');
  });
  it('a named runtime is used or fails', async () => {
    expect((await chooseRuntime('tfjs-cpu', 1)).runtime.name).toBe('tfjs-cpu');
    const without = { ...RUNTIME_FACTORIES, 'tfjs-node': unavailable('not installed') };
    await expect(chooseRuntime('tfjs-node', 1, undefined, without)).rejects.toThrow('not installed');
  });
  it('more threads only where they help', async () => {
    const native = await createNodeRuntime(1);
    const create = (delays: Record<number, number>) => (threads: number) =>
      Promise.resolve(fake('onnxruntime-node', native, delays[threads]));
    expect(await chooseThreads(create({ 1: 40, 2: 20, 4: 19 }), 4, check)).toBe(2);
    expect(await chooseThreads(create({ 1: 20, 2: 40 }), 2, check)).toBe(1);
  });
  it('leaves TensorFlow.js usable', () => {
    void tf.setBackend('cpu');
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });
});
