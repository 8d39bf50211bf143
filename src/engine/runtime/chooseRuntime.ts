import { note, noteText } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { Program } from '../compile/program';
import { firstLine } from './firstLine';
import { createNodeRuntime } from './nodeRuntime';
import type { Executable, HostArrays, Runtime, RuntimeName } from './runtime';
import { RuntimeUnavailableError } from './runtime';
import { createTfjsCpuRuntime, createTfjsNodeRuntime } from './tfjsRuntimes';
import { createWebgpuRuntime } from './webgpuRuntime';
import { createWebRuntime } from './webRuntime';

export type RuntimePreference = 'auto' | RuntimeName;

/** Makes a runtime, or throws RuntimeUnavailableError. */
export type RuntimeFactories = Readonly<Record<RuntimeName, (threads: number) => Promise<Runtime>>>;

export const RUNTIME_FACTORIES: RuntimeFactories = {
  'onnxruntime-node': createNodeRuntime,
  'onnxruntime-web': createWebRuntime,
  webgpu: () => createWebgpuRuntime(),
  'tfjs-node': () => createTfjsNodeRuntime(),
  'tfjs-cpu': () => createTfjsCpuRuntime(),
};

/** A runtime and, for the status line, what was found out about the others. */
export interface RuntimeChoice {
  readonly runtime: Runtime;
  /** One sentence each. */
  readonly reasons: readonly Note[];
}

/** A step of the kind that will run, to compare runtimes on. */
export interface SelfCheck {
  readonly program: Program;
  readonly state: HostArrays;
  readonly inputs: HostArrays;
}

const PROBE_STEPS = 5;
/** On a machine so busy that steps take seconds, one tells enough. */
const PROBE_MS = 1000;
/** Relative to the largest number: a GPU sums in another order. */
const AGREEMENT = 1e-2;

/**
 * The runtime to train with. A named one is used or reported as unavailable. `auto` takes onnxruntime-node, or onnxruntime-web where
 * that can't load; with a `check`, the GPU instead if it exists, agrees with the CPU on one step, and is measured faster.
 * @throws RuntimeUnavailableError if the named runtime, or with `auto` none, can be used.
 */
export async function chooseRuntime(
  preference: RuntimePreference,
  threads: number,
  check?: SelfCheck,
  factories: RuntimeFactories = RUNTIME_FACTORIES,
): Promise<RuntimeChoice> {
  if (preference !== 'auto') {
    return { runtime: await factories[preference](threads), reasons: [note(messages.runtimeAsked, preference)] };
  }
  const reasons: Note[] = [];
  let runtime: Runtime | undefined;
  for (const name of ['onnxruntime-node', 'onnxruntime-web'] as const) {
    try {
      runtime = await factories[name](threads);
      reasons.push(note(messages.runtimeUsed, name));
      break;
    } catch (error) {
      if (!(error instanceof RuntimeUnavailableError)) throw error;
      reasons.push(error.note);
    }
  }
  if (!runtime) throw new RuntimeUnavailableError(note(messages.runtimeNone, reasons.map(noteText).join(' ')));
  if (!check || runtime.name !== 'onnxruntime-node') return { runtime, reasons };
  const gpu = await tryGpu(runtime, check, factories, threads);
  return { runtime: gpu.runtime ?? runtime, reasons: [...reasons, gpu.reason] };
}

async function tryGpu(
  cpu: Runtime,
  check: SelfCheck,
  factories: RuntimeFactories,
  threads: number,
): Promise<{ readonly runtime?: Runtime; readonly reason: Note }> {
  let gpu: Runtime;
  let onGpu: Probe;
  try {
    gpu = await factories.webgpu(threads);
    onGpu = await probe(gpu, check);
  } catch (error) {
    return { reason: note(messages.gpuFailed, firstLine(error)) };
  }
  const onCpu = await probe(cpu, check);
  const difference = largestDifference(onCpu.results, onGpu.results);
  if (!(difference <= AGREEMENT)) {
    return { reason: note(messages.gpuDiffers, (difference * 100).toPrecision(2)) };
  }
  const speed = [onGpu.stepMs.toFixed(1), onCpu.stepMs.toFixed(1)] as const;
  if (onGpu.stepMs >= onCpu.stepMs) return { reason: note(messages.gpuSlower, ...speed) };
  return { runtime: gpu, reason: note(messages.gpuFaster, ...speed) };
}

interface Probe {
  readonly results: HostArrays;
  readonly stepMs: number;
}

/** The results of one step, and the median time of some more. */
async function probe(runtime: Runtime, { program, state, inputs }: SelfCheck): Promise<Probe> {
  const executable = await runtime.load(program);
  try {
    executable.setState(state);
    const outputs = await executable.run(inputs);
    const results = { ...copies(outputs), ...(await executable.state()) };
    return { results, stepMs: await medianStep(executable, inputs) };
  } finally {
    await executable.dispose();
  }
}

const copies = (arrays: HostArrays): HostArrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, v]) => [name, v.slice()]));

async function medianStep(executable: Executable, inputs: HostArrays): Promise<number> {
  const times: number[] = [];
  const began = performance.now();
  while (times.length < PROBE_STEPS && (times.length === 0 || performance.now() - began < PROBE_MS)) {
    const start = performance.now();
    await executable.run(inputs);
    times.push(performance.now() - start);
    await new Promise(resolve => setImmediate(resolve));
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

function largestDifference(expected: HostArrays, actual: HostArrays): number {
  let worst = 0;
  for (const [name, values] of Object.entries(expected)) {
    let [difference, largest] = [0, 1e-6];
    for (let i = 0; i < values.length; i++) {
      difference = Math.max(difference, Math.abs(values[i] - actual[name][i]));
      largest = Math.max(largest, Math.abs(values[i]));
      if (Number.isNaN(actual[name][i]) && !Number.isNaN(values[i])) return Infinity;
    }
    worst = Math.max(worst, difference / largest);
  }
  return worst;
}

/**
 * How many threads to use: two threads on a machine that is busy are slower than one, so it is measured on the program itself. Tries
 * 1, 2, 4 … up to `most` and stops where more no longer help by a tenth.
 */
export async function chooseThreads(
  create: (threads: number) => Promise<Runtime>,
  most: number,
  check: SelfCheck,
): Promise<number> {
  let best = { threads: 1, stepMs: (await probe(await create(1), check)).stepMs };
  for (let threads = 2; threads <= most; threads *= 2) {
    const { stepMs } = await probe(await create(threads), check);
    if (stepMs > best.stepMs * 0.9) break;
    best = { threads, stepMs };
  }
  return best.threads;
}
