import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { note, noteText } from '../../../src/core/dataset/note';
import { RUNTIME_FACTORIES } from '../../../src/engine/runtime/chooseRuntime';
import type { RuntimeFactories } from '../../../src/engine/runtime/chooseRuntime';
import type { Runtime } from '../../../src/engine/runtime/runtime';
import { RuntimeUnavailableError } from '../../../src/engine/runtime/runtime';
import { runtimeStatus } from '../../../src/engine/trainingService/runtimeStatus';

const missing = (): Promise<Runtime> => Promise.reject(new RuntimeUnavailableError(note('not here')));

describe('what can run networks', () => {
  it('is listed, with what is chosen and why; what is missing is no error', async () => {
    const factories: RuntimeFactories = { ...RUNTIME_FACTORIES, webgpu: missing, 'tfjs-node': missing };
    const status = await runtimeStatus(1, factories);
    expect(status.chosen).toBe('onnxruntime-node');
    expect(status.reasons.map(noteText)).toEqual(['onnxruntime-node is used.', 'The GPU is not used: not here']);
    const states = Object.fromEntries(status.all.map(each => [each.name, each]));
    expect(Object.keys(states)).toEqual(['onnxruntime-node', 'onnxruntime-web', 'webgpu', 'tfjs-node', 'tfjs-cpu']);
    expect(states['onnxruntime-node']).toMatchObject({ isAvailable: true, version: '1.30.0' });
    expect(states['onnxruntime-web']).toMatchObject({ isAvailable: true, version: '1.30.0' });
    expect(states['tfjs-node']).toEqual({ name: 'tfjs-node', isAvailable: false, detail: note('not here') });
    expect(states.webgpu.isAvailable).toBe(false);
    expect(status.advice.length).toBeGreaterThan(0);
  });

  it('where the native library is missing, WebAssembly is chosen and the advice says what would be faster', async () => {
    const factories: RuntimeFactories = {
      ...RUNTIME_FACTORIES,
      'onnxruntime-node': missing,
      webgpu: missing,
      'tfjs-node': missing,
    };
    const status = await runtimeStatus(1, factories);
    expect(status.chosen).toBe('onnxruntime-web');
    expect(noteText(status.reasons[0])).toBe('not here');
    expect(noteText(status.advice[0])).toContain('onnxruntime-node');
  });
});
