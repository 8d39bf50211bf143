import { describe, expect, it } from 'vitest';
import { countReports, PhaseReports } from '../../../src/engine/session/phaseReports';

describe('reports of work', () => {
  it('tell where a phase begins and ends, and between them ten a second at most', () => {
    let ms = 0;
    const reports = new PhaseReports<string>(() => ms);
    const told: [string, number][] = [];
    for (const phase of ['read', 'train']) {
      for (let step = 0; step <= 100; step++, ms += 30) {
        if (reports.due(phase, step / 100) !== undefined) told.push([phase, step]);
      }
    }
    const ofRead = told.filter(([phase]) => phase === 'read').map(([, step]) => step);
    expect(ofRead).toEqual([0, ...Array.from({ length: 25 }, (_, i) => 4 * (i + 1))]);
    expect(told.find(([phase]) => phase === 'train')).toEqual(['train', 0]);
    expect(told.at(-1)).toEqual(['train', 100]);
  });

  it('say how long a phase has lasted', () => {
    let ms = 5000;
    const reports = new PhaseReports<string>(() => ms);
    expect(reports.due('read', 0)).toBe(0);
    ms = 5050;
    expect(reports.due('read', 0.5)).toBeUndefined();
    ms = 5200;
    expect(reports.due('read', 0.6)).toBe(200);
    expect(reports.due('train', 0)).toBe(0);
  });

  it('of counts are whole numbers, and the last one comes', () => {
    const told: number[] = [];
    const report = countReports(({ done }) => told.push(done));
    for (let done = 0.5; done < 50; done++) report({ done, total: 50 });
    report({ done: 50, total: 50 });
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBe(50);
    expect(told.every(each => Number.isInteger(each))).toBe(true);
  });
});
