import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CompareModelsRequest } from '../../../src/protocol/labeling';
import { TrainRequest, type TrainParams, type TrainSummary } from '../../../src/protocol/training';
import { settings, shown } from './fakeVscode';
import { classes, resetWindow, trainingBench } from './trainingBench';

beforeEach(resetWindow);

describe('when it is done', () => {
  test('the model is named in the shared settings, scanned with, and what changed is said; one click goes back', async () => {
    const bench = trainingBench();
    await bench.scanned();
    bench.findings.auto = ['a', 'b', 'c'];
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => {
      bench.findings[`.twinlint/models/${basename(params.outPath)}`] = ['c', 'd', 'e', 'f'];
      return bench.trained(params);
    });
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(1));
    expect(bench.texts()[0]).toBe(
      'The model classes is ready: pair accuracy 0.900 on held-back pairs. The model classes is active: Near-duplicate: 3 new, 2 gone.',
    );
    expect(shown.messages[0].choices).toEqual(['Go Back']);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(bench.params().outPath)}` });
    const { change, previous } = bench.training.snapshot();
    expect(change).toMatchObject({ from: null, to: 'classes', kinds: [{ kind: 'near-duplicate', appeared: 3, gone: 2 }] });
    expect(previous).toEqual({ name: null });

    await bench.training.table().previousModel();
    expect(bench.config()).toEqual({});
    expect(bench.texts()[1]).toBe('The built-in measure is active: Near-duplicate: 2 new, 3 gone.');
    expect(bench.training.snapshot()).toMatchObject({ models: [{ isActive: false }], previous: { name: 'classes' } });
    // And there again.
    await bench.training.table().previousModel();
    expect(bench.training.snapshot()).toMatchObject({ models: [{ isActive: true }], previous: { name: null } });
  });

  test('one that does worse than what it started from is offered, not made active', async () => {
    const bench = trainingBench();
    await bench.scanned();
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) =>
      bench.trained(params, { before: { accuracy: 0.95, rocAuc: 0.99 } }),
    );
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts()).toHaveLength(1));
    expect(bench.texts()[0]).toBe(
      'The model classes is ready: pair accuracy 0.950 → 0.900 on held-back pairs. It does worse than the model it started from, so it was not made active.',
    );
    expect(shown.messages[0].choices).toEqual(['Make Active']);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
  });

  /** Trains classes beside an active model of classes, whose figures on the audits are given. */
  async function besideActive(comparison: unknown, before?: TrainSummary['before']) {
    const bench = trainingBench();
    const active = bench.addModel('2026-01-01-0000-old');
    await bench.scanned();
    await bench.training.library.refresh();
    await bench.training.act({ kind: 'activate', path: active });
    const told = shown.messages.length;
    bench.engine.on(CompareModelsRequest, () => comparison);
    bench.trainingEngine.on(TrainRequest, (params: TrainParams) => bench.trained(params, before ? { before } : {}));
    await bench.train(classes);
    await vi.waitFor(() => expect(bench.texts().length).toBeGreaterThan(told));
    return { bench, active, text: bench.texts().at(-1)! };
  }
  const accuracyOf = (value: number) => ({ accuracy: { value, low: value - 0.1, high: 1 } });
  const comparisonOf = (audits: number, before: number, after: number) => ({
    audits,
    accuracies: [accuracyOf(before), accuracyOf(after)],
    disagreements: 0,
    differing: [],
  });

  test('one that loses to the active one on enough audits is offered, with the figures, whatever the held-back pairs say', async () => {
    const { bench, active, text } = await besideActive(comparisonOf(20, 0.9, 0.85), { accuracy: 0.5, rocAuc: 0.5 });
    expect(text).toBe(
      'The model classes is ready: pair accuracy 0.500 → 0.900 on held-back pairs. On 20 audits: accuracy 0.900 → 0.850. It does worse than the active model, so it was not made active.',
    );
    expect(shown.messages.at(-1)!.choices).toEqual(['Make Active']);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(active)}` });
    const asked = bench.engine.calls.find(call => call.method === CompareModelsRequest.method)!.params;
    expect(asked).toEqual({ models: [active, bench.params().outPath], relation: 'same-class' });
  });

  test('one that does not lose on the audits is made active, also where the held-back pairs say less', async () => {
    const { bench, text } = await besideActive(comparisonOf(20, 0.9, 0.9), { accuracy: 0.95, rocAuc: 0.99 });
    expect(text).toContain('On 20 audits: accuracy 0.900 → 0.900. The model classes is active');
    expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(bench.params().outPath)}` });
  });

  test('with fewer audits the held-back pairs decide, as they do where the audits cannot be judged', async () => {
    for (const comparison of [comparisonOf(19, 0.9, 0.95), null, { audits: 0, disagreements: 0, differing: [] }]) {
      const { bench, active, text } = await besideActive(comparison, { accuracy: 0.95, rocAuc: 0.99 });
      expect(text).not.toContain('audits');
      expect(text).toContain('It does worse than the model it started from');
      expect(bench.config()).toEqual({ model: `.twinlint/models/${basename(active)}` });
    }
  });

  test.each([
    ['ask', ['Make Active']],
    ['never', []],
  ])('with twinlint.train.activate "%s" nothing is made active', async (activate, choices) => {
    const bench = trainingBench();
    settings.user = { 'twinlint.train.activate': activate };
    await bench.train(classes);
    await vi.waitFor(() => expect(shown.messages).toHaveLength(1));
    expect(shown.messages[0].choices).toEqual(choices);
    expect(bench.training.snapshot().models).toMatchObject([{ isActive: false }]);
  });
});
