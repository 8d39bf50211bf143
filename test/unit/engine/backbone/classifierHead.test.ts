import { describe, expect, it } from 'vitest';
import { featureSource } from '../../../../src/engine/backbone/classifierHead';

describe('where features are', () => {
  const graph = (steps: Record<string, [op: string, from: string | undefined]>) => (name: string) =>
    steps[name] && { op: steps[name][0], from: steps[name][1] };
  it('behind the classes of a classifier, before its pooled map is put in a row', () => {
    const steps = graph({
      out: ['Softmax', 'scores'],
      scores: ['Gemm', 'hidden'],
      hidden: ['Relu', 'first'],
      first: ['Gemm', 'flat'],
      flat: ['Flatten', 'pool'],
      pool: ['GlobalAveragePool', 'relu'],
    });
    expect(featureSource('out', 5, steps)).toBe('pool');
    expect(featureSource('scores', 1000, steps)).toBe('pool');
    expect(featureSource('scores', 128, steps)).toBe('scores');
  });
  it('does not step back over what belongs to the features', () => {
    const steps = graph({ out: ['Softmax', 'scores'], scores: ['MatMul', 'norm'], norm: ['LayerNormalization', 'add'] });
    expect(featureSource('out', 10, steps)).toBe('norm');
    const convolved = graph({
      out: ['Softmax', 'scores'],
      scores: ['Gemm', 'relu'],
      relu: ['Relu', 'conv'],
      conv: ['Conv', 'x'],
    });
    expect(featureSource('out', 10, convolved)).toBe('relu');
  });
});
