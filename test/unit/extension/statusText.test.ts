import { expect, test } from 'vitest';
import { english } from '../../../src/core/l10n';
import { statusText } from '../../../src/extension/engineProcess/statusText';
import { Session } from '../../../src/extension/session/session';
import { StatusRequest, type EngineStatus } from '../../../src/protocol/engine';
import { RuntimesRequest, type RuntimeStatus } from '../../../src/protocol/training';
import { FakeEngine, summaryOf } from './fakeEngine';

const status: EngineStatus = {
  pid: 7,
  nodeVersion: 'v24.0.0',
  decoder: 'native',
  decoderVersion: '0.35.5',
  runtime: 'onnxruntime-node',
  runtimeReason: '',
  threads: 2,
  memoryBytes: 100 * 2 ** 20,
  cacheDir: '/cache',
};
const runtimes: RuntimeStatus = {
  chosen: 'onnxruntime-web',
  threads: 1,
  reasons: [{ message: 'The native library cannot be loaded: {0}', args: ['no such file'] }],
  all: [
    { name: 'onnxruntime-web', isAvailable: true, version: '1.30.0', detail: { message: 'WebAssembly.', args: [] } },
    { name: 'webgpu', isAvailable: false, detail: { message: 'No adapter.', args: [] } },
  ],
  advice: [{ message: 'Install the package for {0}.', args: ['linux-x64'] }],
};
const textOf = (engine: FakeEngine, session = new Session()) =>
  statusText(
    engine.on(StatusRequest, () => status),
    session,
    english,
  );

test('the status says what networks run on, why, what else there is, and how to get something faster', async () => {
  const lines = (await textOf(new FakeEngine().on(RuntimesRequest, () => runtimes))).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'Engine process: 7 (Node v24.0.0)',
      'Run on: onnxruntime-web, threads: 1',
      'Why: The native library cannot be loaded: no such file',
      '  onnxruntime-web 1.30.0: there. WebAssembly.',
      '  webgpu: not there. No adapter.',
      'For more speed: Install the package for linux-x64.',
    ]),
  );
});

test('where that fails the rest is shown all the same', async () => {
  const engine = new FakeEngine().on(RuntimesRequest, () => {
    throw new Error('out of memory');
  });
  const text = await textOf(engine);
  expect(text).toContain('Engine process: 7');
  expect(text).toContain('What networks can run on could not be found out: out of memory');
});

test('nothing faster is said in words too', async () => {
  expect(await textOf(new FakeEngine().on(RuntimesRequest, () => ({ ...runtimes, advice: [] })))).toContain(
    'For more speed: nothing faster is known for this machine',
  );
});

test('the status says which models the scan was made with', async () => {
  const params = { roots: [], verdicts: [], keep: false, trusted: true };
  const session = new Session();
  const engine = new FakeEngine().on(RuntimesRequest, () => runtimes);
  session.set({ params, summary: summaryOf(params), threshold: 0.25 });
  expect(await textOf(engine, session)).toContain('Model: none: the built-in measure\nRe-scorer of pairs: none\n');
  const models = {
    model: { path: '/w/pictures.twinlint', relation: 'same-picture' },
    rescorer: { path: '/w/two.twinlint', network: 'two-channel' },
  } as const;
  session.set({ params, summary: summaryOf(params, models), threshold: 0.25 });
  expect(await textOf(engine, session)).toContain(
    'Model: /w/pictures.twinlint (same-picture)\nRe-scorer of pairs: /w/two.twinlint (two-channel)\n',
  );
});
