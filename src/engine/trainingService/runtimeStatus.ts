import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { runtimeNames } from '../../core/training/names';
import type { RuntimeName } from '../../core/training/names';
import type { RuntimeStatus } from '../../protocol/training';
import { CompiledOnce } from '../compile/compileProgram';
import { createNetwork } from '../model/networks';
import { DISTANCES } from '../distances/distances';
import { LOSSES } from '../losses/losses';
import { MINERS } from '../miners/miners';
import { initialParameters } from '../model/initialize';
import { OPTIMIZERS } from '../optimizers/optimizers';
import { chooseRuntime, RUNTIME_FACTORIES } from '../runtime/chooseRuntime';
import type { RuntimeFactories, SelfCheck } from '../runtime/chooseRuntime';
import { RuntimeUnavailableError } from '../runtime/runtime';
import { versionOf } from '../runtime/versions';
import { SeededRandom } from '../samplers/random';
import { ViewSampler } from '../samplers/viewSampler';
import { StepInputs } from '../training/stepInputs';
import type { Objective } from '../training/trainProgram';
import { trainProgram } from '../training/trainProgram';

type RuntimeState = RuntimeStatus['all'][number];

const CHECK_BATCH = 32;

/** What can run networks here, what is chosen by itself, why, and how to get a faster one. Nothing that is missing is an error. */
export async function runtimeStatus(threads: number, factories: RuntimeFactories = RUNTIME_FACTORIES): Promise<RuntimeStatus> {
  const { runtime, reasons } = await chooseRuntime('auto', threads, await smallStep(), factories);
  const all: RuntimeState[] = [];
  for (const name of runtimeNames) all.push(await stateOf(name, threads, factories, reasons));
  const isThere = (name: RuntimeName): boolean => all.some(each => each.name === name && each.isAvailable);
  const advice: Note[] = [];
  if (!isThere('onnxruntime-node')) advice.push(note(messages.adviceNative));
  else if (!isThere('webgpu')) advice.push(note(messages.adviceGpu));
  if (threads === 1) advice.push(note(messages.adviceThreads));
  return { chosen: runtime.name, threads: runtime.threads || threads, reasons, all, advice };
}

async function stateOf(
  name: RuntimeName,
  threads: number,
  factories: RuntimeFactories,
  reasons: readonly Note[],
): Promise<RuntimeState> {
  try {
    await factories[name](threads);
    const version = await versionOf(name);
    const state = { name, ...(version !== undefined && { version }) };
    // That a library can address a GPU does not mean that there is one: the choice has tried.
    const gpuReason = name === 'webgpu' ? reasons.find(({ message }) => gpuReasons.has(message)) : undefined;
    if (gpuReason?.message === messages.gpuFailed) return { ...state, isAvailable: false, detail: gpuReason };
    return { ...state, isAvailable: true, detail: gpuReason ?? describe(name, threads) };
  } catch (error) {
    if (!(error instanceof RuntimeUnavailableError)) throw error;
    return { name, isAvailable: false, detail: error.note };
  }
}

const gpuReasons: ReadonlySet<string> = new Set([
  messages.gpuFailed,
  messages.gpuDiffers,
  messages.gpuSlower,
  messages.gpuFaster,
]);

function describe(name: RuntimeName, threads: number): Note {
  switch (name) {
    case 'onnxruntime-node':
      return note(messages.runtimeNative, threads);
    case 'onnxruntime-web':
      return note(messages.runtimeWasm);
    case 'webgpu':
      return note(messages.runtimeGpu);
    case 'tfjs-node':
      return note(messages.runtimeEagerNative);
    case 'tfjs-cpu':
      return note(messages.runtimeEagerPlain);
  }
}

/** A step of the kind that trains, on noise. */
export async function smallStep(): Promise<SelfCheck> {
  const network = createNetwork('small');
  const random = new SeededRandom(1);
  const objective: Objective = {
    network,
    distance: DISTANCES.euclidean,
    loss: LOSSES.contrastive(),
    miner: MINERS.all,
    optimizer: OPTIMIZERS.adam(),
  };
  const sampler = new ViewSampler(CHECK_BATCH, CHECK_BATCH >> 1, 1);
  const read = (_index: number, into: Float32Array, offset: number): void => {
    for (let i = 0; i < size; i++) into[offset + i] = random.next();
  };
  const size = network.input.reduce((a, b) => a * b, 1);
  const images = { count: CHECK_BATCH, shape: network.input, read };
  const { inputs } = await new StepInputs({ objective, images, sampler, seed: 1 }).of(0, 1e-4);
  const program = new CompiledOnce(trainProgram(objective, sampler.batchSize));
  return { program, state: initialParameters(network, random), inputs };
}
