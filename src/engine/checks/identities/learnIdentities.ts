import { dealFolds } from '../../labels/folds';
import type { Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import type { FitPoint, Weights } from '../../training/fit';
import type { CheckContext } from '../checkContext';
import type { Passes } from '../passes';
import { stepsOf } from '../passes';
import type { IdentityNetwork } from './identityNetworks';
import type { FileInputs } from './readIdentities';
import { BATCH, trainIdentities } from './trainIdentities';

/** Networks are made of the identities of all folds but one. */
const FOLDS = 3;
/** With fewer identities that have two files or more, nothing is learned. */
export const FEWEST_IDENTITIES = 8;
/** Passes through a network's own files; of many files fewer, for the time it takes. */
const PASSES: Passes = { epochs: 16, fewestSteps: 80, mostSteps: 400 };

export interface LearnOptions {
  readonly network: IdentityNetwork;
  /** Keeps programs ready: the networks of all folds are alike. */
  readonly runtime: Runtime;
  readonly inputs: FileInputs;
  /** The identity's number of each file, −1 for those that could not be read. */
  readonly identities: Int32Array;
  readonly count: number;
  /** Of all networks together; absent: as many steps as suit the number of files. */
  readonly seconds?: number;
  readonly seed: number;
  /** Weights to begin with, wherever name and size agree. */
  readonly start: Weights;
  /** Nothing is learned: the one network is the start as it is. */
  readonly asItIs: boolean;
}

export interface LearnedNetworks {
  /** For each identity the number of the network that has not seen it. */
  readonly networkOf: Int32Array;
  readonly networks: readonly Weights[];
  readonly steps: number;
  readonly elapsedMs: number;
  /** Of the first network. */
  readonly curve: readonly FitPoint[];
}

/**
 * Trains a network for each fold of the identities, on all others: those that it judges it has never seen.
 * @throws the signal's reason when aborted
 */
export async function learnIdentities(options: LearnOptions, context: CheckContext): Promise<LearnedNetworks> {
  const { network, inputs, identities, count, seed, start } = options;
  const { signal, report } = context;
  if (options.asItIs) return { networkOf: new Int32Array(count), networks: [start], steps: 0, elapsedMs: 0, curve: [] };
  report('train', 0);
  const each = Int32Array.from({ length: count }, (_, i) => i);
  const networkOf = dealFolds(each, new Int32Array(count), FOLDS, mixSeed(seed, 0xf01d));
  const networks: Weights[] = [];
  let [steps, elapsedMs] = [0, 0];
  let curve: readonly FitPoint[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const own = identities.map(identity => (identity >= 0 && networkOf[identity] !== fold ? identity : -1));
    const fitted = await trainIdentities({
      network,
      runtime: options.runtime,
      inputs,
      identities: own,
      start,
      limit: options.seconds === undefined ? { steps: stepsFor(own) } : { seconds: options.seconds / FOLDS },
      seed: mixSeed(seed, fold),
      signal,
      onProgress: share => report('train', (fold + share) / FOLDS),
    });
    if (fold === 0) ({ curve } = fitted);
    networks.push(fitted.weights);
    steps += fitted.steps;
    elapsedMs += fitted.elapsedMs;
  }
  return { networkOf, networks, steps, elapsedMs, curve };
}

/** @param identities of all files, −1 for those not to learn from */
function stepsFor(identities: Int32Array): number {
  const files = identities.reduce((count, identity) => count + Number(identity >= 0), 0);
  return stepsOf(files, BATCH, PASSES);
}
