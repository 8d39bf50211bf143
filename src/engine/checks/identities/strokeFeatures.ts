import type { Strokes } from '../../../core/checks/strokes';
import type { SeededRandom } from '../../samplers/random';

/** Moments that a pen's way is cut into. */
const MOMENTS = 96;
/** x, y, their changes, pressure, touch. */
const CHANNELS = 6;
/** Time, channels. */
export const STROKE_SHAPE = [MOMENTS, CHANNELS] as const;
/** Changes are small beside places: at this factor both spread alike. */
const CHANGE_SCALE = 8;

/** Draws how much a writer's own hand varies. */
interface Variation {
  readonly turn: number;
  readonly stretchX: number;
  readonly stretchY: number;
  readonly slant: number;
  /** How unevenly time runs: 0 evenly, and where. */
  readonly hurry: number;
  readonly phase: number;
  readonly from: number;
  readonly to: number;
}

const STEADY: Variation = { turn: 0, stretchX: 1, stretchY: 1, slant: 0, hurry: 0, phase: 0, from: 0, to: 1 };
const around = (random: SeededRandom, reach: number): number => (2 * random.next() - 1) * reach;

const varied = (random: SeededRandom): Variation => ({
  turn: around(random, 0.12),
  stretchX: Math.exp(around(random, 0.12)),
  stretchY: Math.exp(around(random, 0.12)),
  slant: around(random, 0.1),
  hurry: around(random, 0.12),
  phase: random.next() * 2 * Math.PI,
  from: random.next() * 0.06,
  to: 1 - random.next() * 0.06,
});

/**
 * A pen's way as a network sees it, whatever its units, place, size and length: equally many moments, evenly in time; places about their middle in
 * units of their spread. Writes time × channels numbers.
 * @param random for small changes of turn, size, slant and pace when learning; absent: the way as it is
 */
export function writeStrokes(strokes: Strokes, into: Float32Array, offset: number, random?: SeededRandom): void {
  const variation = random ? varied(random) : STEADY;
  const { time, pressure, touch } = strokes;
  const [x, y] = placed(strokes, variation);
  const top = pressure?.reduce((most, value) => Math.max(most, value), 1e-9) ?? 1;
  let [at, lastX, lastY] = [0, 0, 0];
  for (let moment = 0; moment < MOMENTS; moment++) {
    const even = moment / (MOMENTS - 1);
    const share = even + (variation.hurry * Math.sin(2 * Math.PI * even + variation.phase)) / (2 * Math.PI);
    const cut = variation.from + (variation.to - variation.from) * Math.min(1, Math.max(0, share));
    const when = time[0] + cut * (time[time.length - 1] - time[0]);
    while (at < time.length - 2 && time[at + 1] <= when) at++;
    const span = time[at + 1] - time[at];
    const part = span > 0 ? Math.min(1, Math.max(0, (when - time[at]) / span)) : 0;
    const mix = (values: Float64Array): number => values[at] + part * (values[at + 1] - values[at]);
    const [hereX, hereY] = [mix(x), mix(y)];
    const start = offset + moment * CHANNELS;
    into[start] = hereX;
    into[start + 1] = hereY;
    into[start + 2] = moment === 0 ? 0 : (hereX - lastX) * CHANGE_SCALE;
    into[start + 3] = moment === 0 ? 0 : (hereY - lastY) * CHANGE_SCALE;
    into[start + 4] = pressure ? mix(pressure) / top : 0;
    into[start + 5] = touch[at + 1];
    [lastX, lastY] = [hereX, hereY];
  }
}

/** Places about their middle, in units of their spread, turned and stretched. */
function placed({ x, y }: Strokes, { turn, stretchX, stretchY, slant }: Variation): [Float64Array, Float64Array] {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(x), mean(y)];
  const squares = x.reduce((sum, value, i) => sum + (value - middleX) ** 2 + (y[i] - middleY) ** 2, 0);
  const spread = Math.sqrt(squares / x.length);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [toX, toY] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let i = 0; i < x.length; i++) {
    const flatY = ((y[i] - middleY) / spread) * stretchY;
    const flatX = ((x[i] - middleX) / spread) * stretchX + slant * flatY;
    toX[i] = cos * flatX - sin * flatY;
    toY[i] = sin * flatX + cos * flatY;
  }
  return [toX, toY];
}
