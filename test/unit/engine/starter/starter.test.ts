import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Raster } from '../../../../src/engine/decode/raster';
import { Describer } from '../../../../src/engine/descriptor/describe';
import { EMBEDDING_LENGTH } from '../../../../src/engine/descriptor/layout';
import { embeddingCosine, embeddingOf } from '../../../../src/engine/index/embeddings';
import { loadStarter, STARTER_FILE, starterGraph, tryStarter } from '../../../../src/engine/starter/loadStarter';
import { StarterEncoder } from '../../../../src/engine/starter/starterEncoder';
import { blobs, frame, render } from '../descriptor/scenes';

const file = join(__dirname, '../../../../media', STARTER_FILE);
const describer = new Describer();
const plain = (raster: Raster): Uint8Array => describer.describe(raster, { width: 640, height: 640 });

describe('the starter encoder', () => {
  let encoder: StarterEncoder;
  let folder: string;
  const embed = async (raster: Raster): Promise<Uint8Array> => {
    const signature = plain(raster);
    await encoder.addTo(signature, raster);
    return signature;
  };

  beforeAll(async () => {
    encoder = await StarterEncoder.create(starterGraph(await loadStarter(file)));
    folder = await mkdtemp(join(tmpdir(), 'twinlint-starter-'));
  });
  afterAll(async () => {
    await encoder.dispose();
    await rm(folder, { recursive: true });
  });

  it('finds a cut, a mirrored and a framed copy more similar than any other picture', async () => {
    const scenes = Array.from({ length: 8 }, (_, i) => blobs(i + 1));
    const originals = await Promise.all(scenes.map(scene => embed(render(scene))));
    for (const [i, scene] of scenes.entries()) {
      const copies = {
        cut: render(scene, 96, (x, y) => [0.1 + 0.88 * x, 0.05 + 0.88 * y]),
        mirrored: render(scene, 96, (x, y) => [1 - x, y]),
        framed: frame(
          render(scene, 96, (x, y) => [(x - 0.1) / 0.8, (y - 0.1) / 0.8]),
          { left: 10, top: 10, right: 10, bottom: 10 },
          [255, 255, 255],
        ),
      };
      for (const [name, raster] of Object.entries(copies)) {
        const copy = await embed(raster);
        const cosines = originals.map(original => embeddingCosine(copy, original)!);
        expect(cosines.indexOf(Math.max(...cosines)), `${name} ${i}`).toBe(i);
        expect(cosines[i], `${name} ${i}`).toBeGreaterThan(0.6);
      }
    }
  });

  it('writes embeddings of one length, the same when several are asked for at once', async () => {
    const rasters = Array.from({ length: 12 }, (_, i) => render(blobs(100 + i)));
    const alone: Uint8Array[] = [];
    for (const raster of rasters) alone.push(await embed(raster));
    const together = await Promise.all(rasters.map(embed));
    together.forEach((signature, i) => expect(Buffer.from(signature).equals(alone[i]), String(i)).toBe(true));
    for (const signature of alone) {
      // Rounding moves each of the 128 components by at most a half: 6 in all.
      expect(Math.abs(Math.hypot(...embeddingOf(signature)) - EMBEDDING_LENGTH)).toBeLessThan(6);
    }
  });

  it('changes nothing but the embedding, and has no cosine without', async () => {
    const raster = render(blobs(5));
    const without = plain(raster);
    const signature = await embed(raster);
    expect(embeddingCosine(without, signature)).toBeUndefined();
    embeddingOf(signature).fill(0);
    expect(Buffer.from(signature).equals(without)).toBe(true);
  });

  it('says what is wrong with a file instead of stopping the engine', async () => {
    const missing = await tryStarter(join(folder, 'missing'));
    expect(missing).toMatchObject({ version: 'none', problem: expect.stringContaining('without the starter encoder') });
    expect(missing.graph).toBeUndefined();
    const damaged = join(folder, 'damaged');
    await writeFile(damaged, 'not a model');
    expect((await tryStarter(damaged)).version).toBe('none');
    expect((await tryStarter(file)).version).toMatch(/^[0-9a-f]{16}$/);
  });
});
