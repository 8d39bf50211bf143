import { describe, expect, test } from 'vitest';
import { captionOf, shortCaption } from '../../../../src/core/checks/captionText';

describe('what a caption file holds', () => {
  test('the first line that is not blank', () => {
    expect(captionOf('\uFEFF\n  a red car \r\nein rotes Auto\n')).toEqual({ kind: 'caption', text: 'a red car' });
    expect(captionOf('1girl, solo, 1990s (style)')).toEqual({ kind: 'caption', text: '1girl, solo, 1990s (style)' });
  });

  test('nothing, or rows of YOLO boxes and polygons: no caption', () => {
    expect(captionOf(' \n\t')).toEqual({ kind: 'empty' });
    expect(captionOf('0 0.5 0.5 0.25 0.3\n12 .1 1e-3 0.2 0.2 0.3 0.4\n')).toEqual({ kind: 'annotation' });
  });

  test('numbers that someone wrote are a caption: too few for a box, or words among them', () => {
    expect(captionOf('10 20 30').kind).toBe('caption');
    expect(captionOf('0 0.5 0.5 0.25 0.3 cat').kind).toBe('caption');
    expect(captionOf('0 0.5 0.5 0.25 0.3\na cat').kind).toBe('caption');
  });

  test('is cut for a message at a whole character', () => {
    expect(shortCaption('a  b\tc')).toBe('a b c');
    expect(shortCaption('😀'.repeat(5), 3)).toBe('😀😀…');
  });
});
