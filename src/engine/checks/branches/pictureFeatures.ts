import type { Program } from '../../compile/program';
import type { Shape3 } from '../../model/layers/layer';
import { chain } from '../../model/network';
import { starterTrunk } from '../../model/networks';
import type { HostArray, Runtime } from '../../runtime/runtime';
import { mixSeed } from '../../samplers/epochs';
import { SeededRandom } from '../../samplers/random';
import { Breather } from '../../../workspace/breathe';
import type { Weights } from '../../training/fit';
import type { ImageSource } from '../../training/images';
import { shiftAtRandom } from '../../training/images';

/** The size of the pictures: the starter's. */
export const FEATURED_IMAGE: Shape3 = [64, 64, 3];
/**
 * How many of the starter's layers stay as they are: its first three convolutions, each with its normalization. They see edges, corners
 * and colours, which are the same for every data set, and take most of the time of a step; so they run once a picture.
 */
const FIXED_LAYERS = 9;
/** What they give: an eighth of the picture's height and width. */
export const FEATURE_SHAPE: Shape3 = [8, 8, 96];
/** The starter's layers after them, which learn on. */
export const learningLayers = () => starterTrunk().slice(FIXED_LAYERS);

/** The names in {@link learningLayers} of the convolution and its normalization: what comes after is of the starter's own job. */
const CONVOLUTION = /^[12]\./;

/** What a branch of {@link learningLayers} begins with: of its convolution the starter's weights. */
export function learningStart(starter: Weights): Record<string, Float32Array> {
  const renamed = Object.entries(starter).flatMap(([name, values]): [string, Float32Array][] => {
    const [, position, rest] = /^(\d+)(\..*)$/.exec(name) ?? [];
    const own = `${Number(position) - FIXED_LAYERS}${rest}`;
    return CONVOLUTION.test(own) ? [[own, values]] : [];
  });
  return Object.fromEntries(renamed);
}

/** As a byte: features are zero or more, and rarely more than eight. */
const PER_UNIT = 32;
const FEATURES = FEATURE_SHAPE.reduce((a, b) => a * b, 1);
const BATCH = 32;
/** Views of each picture: itself, and moved by a few pixels. */
const VIEWS = 4;
const SHIFT = 4;
/** Bytes that all views may take; beyond, there is only the picture itself. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The features of pictures, each from several views. */
export class PictureFeatures {
  readonly shape = FEATURE_SHAPE;

  private constructor(
    readonly count: number,
    readonly views: number,
    private readonly bytes: Uint8Array,
  ) {}

  /** Writes a picture's features at a slot of a batch. @param random for a view drawn from all; absent: the picture as it is */
  write(picture: number, into: HostArray, slot: number, random?: SeededRandom): void {
    const view = random ? random.integer(this.views) : 0;
    const start = (view * this.count + picture) * FEATURES;
    for (let i = 0, at = slot * FEATURES; i < FEATURES; i++, at++) into[at] = this.bytes[start + i] / PER_UNIT;
  }

  /** @throws the signal's reason when aborted */
  static async of(
    images: ImageSource,
    starter: Weights,
    runtime: Runtime,
    seed: number,
    signal: AbortSignal,
    onProgress: (share: number) => void,
  ): Promise<PictureFeatures> {
    const { count } = images;
    const views = count * FEATURES * VIEWS <= MOST_BYTES ? VIEWS : 1;
    const program = fixedProgram();
    const executable = await runtime.load(program);
    const bytes = new Uint8Array(count * views * FEATURES);
    const pixels = FEATURED_IMAGE[0] * FEATURED_IMAGE[1] * FEATURED_IMAGE[2];
    const shift = shiftAtRandom(SHIFT);
    const breather = new Breather();
    try {
      executable.setState(Object.fromEntries(Object.keys(program.state).map(name => [name, starter[name]])));
      for (let start = 0; start < count * views; start += BATCH) {
        await breather.breathe();
        signal.throwIfAborted();
        const here = Math.min(BATCH, count * views - start);
        const batch = new Float32Array(BATCH * pixels);
        for (let slot = 0; slot < here; slot++) {
          const [view, picture] = [Math.floor((start + slot) / count), (start + slot) % count];
          images.read(picture, batch, slot * pixels);
          if (view > 0) shift(batch, slot * pixels, FEATURED_IMAGE, new SeededRandom(mixSeed(seed, view, picture)));
        }
        const features = (await executable.run({ images: batch })).features as Float32Array;
        for (let i = 0, at = start * FEATURES; i < here * FEATURES; i++, at++) {
          bytes[at] = Math.min(255, Math.round(features[i] * PER_UNIT));
        }
        onProgress((start + here) / (count * views));
      }
    } finally {
      await executable.dispose();
    }
    return new PictureFeatures(count, views, bytes);
  }
}

function fixedProgram(): Program {
  const fixed = chain(FEATURED_IMAGE, starterTrunk().slice(0, FIXED_LAYERS));
  return {
    name: 'picture features',
    state: fixed.parameters,
    inputs: { images: { shape: [BATCH, ...FEATURED_IMAGE] } },
    compute: (state, { images }) => ({
      state: {},
      outputs: { features: fixed.run(state, images, { training: false }).output },
    }),
  };
}
