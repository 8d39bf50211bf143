import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { initialParameters } from '../../../../src/engine/model/initialize';
import { createNetwork } from '../../../../src/engine/model/networks';
import { EagerRuntime } from '../../../../src/engine/runtime/eagerRuntime';
import { createNodeRuntime } from '../../../../src/engine/runtime/nodeRuntime';
import { SeededRandom } from '../../../../src/engine/samplers/random';
import { embedAll } from '../../../../src/engine/training/embed';
import { encoderProgram, frozenEncoderProgram } from '../../../../src/engine/training/encoderProgram';
import { ByteImages } from '../../../../src/engine/training/images';

it.each(['chapter', 'deep', 'photo'] as const)('%s embeds the same with its weights as constants', async name => {
  const network = createNetwork(name, [20, 20, 1]);
  const random = new SeededRandom(7);
  // As after some training: statistics and scales that are not 0 and 1.
  const parameters = Object.fromEntries(
    Object.entries(initialParameters(network, random)).map(([key, values]) => [
      key,
      values.map(v => v + 0.1 + 0.1 * random.next()),
    ]),
  );
  const images = new ByteImages(
    Uint8Array.from({ length: 5 * 400 }, () => random.integer(256)),
    [20, 20, 1],
  );
  const reference = await new EagerRuntime('tfjs-cpu', 'cpu', 1).load(encoderProgram(network));
  reference.setState(parameters);
  const expected = await embedAll(reference, network, images);
  const runtimes = [await createNodeRuntime(1), new EagerRuntime('tfjs-cpu', 'cpu', 1)];
  for (const runtime of runtimes) {
    const frozen = await runtime.load(frozenEncoderProgram(network, parameters));
    const actual = await embedAll(frozen, network, images);
    const scale = Math.max(...expected.map(Math.abs));
    expect(Math.max(...actual.map((v, i) => Math.abs(v - expected[i]) / scale))).toBeLessThan(1e-5);
    expect(scale).toBeGreaterThan(0.01);
    await frozen.dispose();
  }
});
