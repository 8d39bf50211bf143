import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/engine/model/modelFile';
import { checkWritable, writeModel } from '../../../src/engine/trainingService/modelOutput';
import { tempFolder } from '../workspace/tempFolder';

/** Whatever is written: it does not come to that here. */
const model = { description: { trainingLog: [] } } as unknown as Model;

describe('where a model is written to', () => {
  it('is made before the training, and not made anew where it was removed meanwhile', async () => {
    const root = path.join(tempFolder(), 'data');
    const outPath = path.join(root, '.twinlint/models/m.twinlint');
    mkdirSync(root);
    await checkWritable(outPath);
    expect(existsSync(path.dirname(outPath))).toBe(true);
    rmSync(root, { recursive: true });
    await expect(writeModel(outPath, model, [])).rejects.toThrow(`The model cannot be written to ${outPath} (ENOENT).`);
    expect(existsSync(root)).toBe(false);
  });

  it('is refused before the training where another file stands', async () => {
    const outPath = path.join(tempFolder(), 'notes.txt');
    writeFileSync(outPath, 'mine');
    await expect(checkWritable(outPath)).rejects.toThrow(`The model is not written over ${outPath}, which is no Twinlint model.`);
    expect(readFileSync(outPath, 'utf8')).toBe('mine');
  });
});
