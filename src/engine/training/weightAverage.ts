import type { HostArrays } from '../runtime/runtime';

/**
 * An exponential moving average of the weights over the last part of a run, kept on the host: Polyak and Juditsky, "Acceleration of
 * stochastic approximation by averaging", 1992, in the form of Tarvainen and Valpola, 2017. It irons out the last steps' noise, much as
 * a lower learning rate would.
 */
export class WeightAverage {
  #values: Record<string, Float32Array> | undefined;

  constructor(private readonly decay: number) {}

  /** The averages; undefined before the first `add`. */
  get values(): Readonly<Record<string, Float32Array>> | undefined {
    return this.#values;
  }

  /** Takes up what a checkpoint kept. */
  restore(values: Readonly<Record<string, Float32Array>> | undefined): void {
    this.#values = values && Object.fromEntries(Object.entries(values).map(([name, v]) => [name, v.slice()]));
  }

  /** `steps` since the last call: fewer calls, the same average. */
  add(parameters: HostArrays, steps = 1): void {
    if (!this.#values) {
      this.#values = Object.fromEntries(Object.entries(parameters).map(([name, v]) => [name, Float32Array.from(v)]));
      return;
    }
    const share = 1 - this.decay ** steps;
    for (const [name, average] of Object.entries(this.#values)) {
      const now = parameters[name];
      for (let i = 0; i < average.length; i++) average[i] += (now[i] - average[i]) * share;
    }
  }
}
