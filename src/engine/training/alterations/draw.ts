import type { SeededRandom } from '../../samplers/random';

/** Uniform between two numbers. */
export const between = (random: SeededRandom, low: number, high: number): number => low + (high - low) * random.next();

export const clampUnit = (v: number): number => (v < 0 ? 0 : v > 1 ? 1 : v);

/** A colour: black, white or any; grey where there is one channel. */
export function anyColour(channels: number, random: SeededRandom): Float32Array {
  const kind = random.next();
  const colour = new Float32Array(channels);
  if (kind < 0.3) return colour;
  if (kind < 0.6) return colour.fill(1);
  return colour.map(() => random.next());
}
