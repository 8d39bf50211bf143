import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CompareFindingsRequest, CompareModelsRequest } from '../../../src/protocol/labeling';
import { ExportOnnxRequest } from '../../../src/protocol/training';
import type { Token } from './fakeEngine';
import { settings, shown, Uri, window, workspace } from './fakeVscode';
import { answerPicks, infoOf, resetWindow, trainingBench } from './trainingBench';

beforeEach(resetWindow);

describe('models', () => {
  const name = '2026-01-01-0000-mine';

  async function withModel() {
    const bench = trainingBench();
    const path = bench.addModel(name);
    await bench.scanned();
    await bench.training.library.refresh();
    return { bench, path };
  }

  const comparison = { audits: 0, disagreements: 0, differing: [] };
  const found = {
    thresholds: [0.25, 0.25],
    kinds: [{ kind: 'near-duplicate', onlyFirst: 31, onlySecond: 12, both: 5 }],
  };

  test('one is put beside the built-in measure where there is no other, and taken away again', async () => {
    const { bench, path } = await withModel();
    const offered = answerPicks();
    bench.engine.on(CompareModelsRequest, () => comparison).on(CompareFindingsRequest, () => found);
    expect(await bench.training.act({ kind: 'compare', path })).toBe(true);
    expect(offered).toEqual([]);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['mine', null], models: [{ path }, null], comparison });
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'done', found }));
    expect(await bench.training.act({ kind: 'compare', path: `${path}.gone` })).toBe(false);
    await bench.training.act({ kind: 'endCompare' });
    expect(bench.training.snapshot().compared).toBeNull();
  });

  test('any two are compared: the active one is offered first', async () => {
    const { bench, path } = await withModel();
    const [second, third] = ['2026-01-02-0000-second', '2026-01-03-0000-third'].map(each => bench.addModel(each));
    bench.engine.on(CompareModelsRequest, () => comparison).on(CompareFindingsRequest, () => found);
    await bench.training.library.refresh();
    await bench.training.act({ kind: 'activate', path });
    const offered = answerPicks('third', undefined);
    expect(await bench.training.act({ kind: 'compare', path: second })).toBe(true);
    expect(offered[0]).toMatchObject([
      { label: 'mine', description: 'active' },
      { label: 'third' },
      { label: 'Built-in measure' },
    ]);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['second', 'third'] });
    const asked = bench.engine.calls.filter(call => call.method === CompareFindingsRequest.method).at(-1)!.params;
    expect(asked).toEqual({ models: [second, third] });
    expect(await bench.training.act({ kind: 'compare', path })).toBe(false);
    expect(bench.training.snapshot().compared).toMatchObject({ names: ['second', 'third'] });
  });

  test('what two find is not waited for: another comparison ends it, and a failure or a scan in between is told', async () => {
    const { bench, path } = await withModel();
    bench.engine.on(CompareModelsRequest, () => comparison);
    const tokens: Token[] = [];
    bench.engine.on(CompareFindingsRequest, (_params, token) => {
      tokens.push(token!);
      return new Promise(() => undefined);
    });
    expect(await bench.training.act({ kind: 'compare', path })).toBe(true);
    expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'comparing' });
    bench.engine.on(CompareFindingsRequest, () => null);
    await bench.training.act({ kind: 'compare', path });
    expect(tokens[0].isCancellationRequested).toBe(true);
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'overtaken' }));
    bench.engine.on(CompareFindingsRequest, () => Promise.reject(new Error('no room')));
    await bench.training.act({ kind: 'compare', path });
    await vi.waitFor(() => expect(bench.training.snapshot().compared!.findings).toEqual({ state: 'failed', problem: 'no room' }));
  });

  test('a workspace setting that names a model is changed where it stands: it would win over the file', async () => {
    const { bench, path } = await withModel();
    settings.workspace = { 'twinlint.model': '.twinlint/models/other.twinlint' };
    expect(await bench.training.act({ kind: 'activate', path })).toBe(true);
    expect(settings.workspace['twinlint.model']).toBe(`.twinlint/models/${name}.twinlint`);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
    await bench.training.act({ kind: 'builtIn' });
    expect(settings.workspace['twinlint.model']).toBe('none');
  });

  test('the active one that is deleted makes room first; undo brings it back, active', async () => {
    const { bench, path } = await withModel();
    await bench.training.act({ kind: 'activate', path });
    expect(await bench.training.act({ kind: 'delete', path })).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(bench.config()).toEqual({});
    expect(shown.messages.at(-1)).toMatchObject({ text: 'The model mine is in the trash.', choices: ['Undo'] });
    expect(await bench.training.act({ kind: 'undoDelete' })).toBe(true);
    expect(existsSync(path)).toBe(true);
    expect(bench.config()).toEqual({ model: `.twinlint/models/${name}.twinlint` });
    // Once only.
    expect(await bench.training.act({ kind: 'undoDelete' })).toBe(false);
  });

  test('a new name goes into the settings too', async () => {
    const { bench, path } = await withModel();
    await bench.training.act({ kind: 'activate', path });
    window.showInputBox = () => Promise.resolve('better');
    expect(await bench.training.act({ kind: 'rename', path })).toBe(true);
    expect(existsSync(path.replace('mine', 'better'))).toBe(true);
    expect(bench.config()).toEqual({ model: '.twinlint/models/2026-01-01-0000-better.twinlint' });
  });

  test('export asks where, and says what was written', async () => {
    const { bench, path } = await withModel();
    const target = join(bench.root, 'mine.onnx');
    window.showSaveDialog = () => Promise.resolve(Uri.file(target));
    bench.engine.on(ExportOnnxRequest, () => ({ sizeBytes: 3 * 2 ** 20 }));
    expect(await bench.training.act({ kind: 'export', path })).toBe(true);
    expect(bench.engine.calls.at(-1)?.params).toEqual({ path, outPath: target });
    expect(bench.texts().at(-1)).toBe(`${target} was written (3.0 MB).`);
  });

  test('a page can name no other file', async () => {
    const { bench } = await withModel();
    const stranger = join(bench.root, 'photo.twinlint');
    writeFileSync(stranger, 'mine');
    for (const kind of ['activate', 'rename', 'export', 'delete'] as const) {
      expect(await bench.training.act({ kind, path: stranger })).toBe(false);
      expect(await bench.training.act({ kind, path: '/etc/passwd' })).toBe(false);
    }
    expect(existsSync(stranger)).toBe(true);
    expect(existsSync(join(bench.root, '.twinlint/config.json'))).toBe(false);
  });

  test('a settings file that is broken stays as it is, and the message says where', async () => {
    const { bench, path } = await withModel();
    writeFileSync(join(bench.root, '.twinlint/config.json'), '{ "model": ');
    expect(await bench.training.act({ kind: 'activate', path })).toBe(false);
    expect(bench.texts().at(-1)).toMatch(/config\.json/);
  });

  test('newest first; without trust none is listed', async () => {
    const { bench } = await withModel();
    bench.infos.push(infoOf(bench.modelPath('newer'), { trainedAt: '2026-05-01T00:00:00.000Z' }));
    await bench.training.library.refresh();
    expect(bench.training.snapshot().models.map(row => row.name)).toEqual(['newer', 'mine']);
    workspace.isTrusted = false;
    await bench.training.library.refresh();
    expect(bench.training.snapshot().models).toEqual([]);
  });
});
