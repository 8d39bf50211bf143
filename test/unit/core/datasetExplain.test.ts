import { describe, expect, it } from 'vitest';
import { explainLabels } from '../../../src/core/dataset/explainLabels';
import { analyseFolders } from '../../../src/core/dataset/labels';
import { noteText } from '../../../src/core/dataset/note';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';

const explain = (paths: string[], labels = 'folders'): string => {
  const settings = { ...defaultScanSettings, labels };
  return noteText(explainLabels(analyseFolders(paths, settings), settings));
};

describe('the summary line', () => {
  it('names classes', () => {
    expect(explain(['cat/1.jpg', 'dog/1.jpg'])).toBe('Labels: 2 classes from folder names (cat, dog).');
    expect(explain(Array.from({ length: 10 }, (_, i) => `${i}/1.jpg`))).toBe(
      'Labels: 10 classes from folder names (0, 1, 2, 3, 4 …).',
    );
  });

  it('says why there are none, by the folder with most images', () => {
    expect(explain(['photos/2024-05-01/1.jpg', 'photos/2024-05-01/2.jpg', 'photos/x/1.jpg'])).toBe(
      'No labels: no folder was taken for a class. "photos/2024-05-01": a date.',
    );
    expect(explain(['1.jpg'])).toBe('No labels: no folder was taken for a class.');
    expect(explain(['cat/1.jpg', 'dog/1.jpg'], 'none')).toBe('Labels are off.');
  });
});
