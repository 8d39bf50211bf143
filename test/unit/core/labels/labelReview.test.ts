import { describe, expect, it } from 'vitest';
import {
  drawLabelAudit,
  estimateWrongLabels,
  labelStrata,
  shareFound,
  type AuditedLabel,
} from '../../../../src/core/labels/labelAudits';
import { LabelReview, type RatedLabel } from '../../../../src/core/labels/labelReview';
import { seededRandom } from '../../../../src/core/labeling/random';
import type { Verdict } from '../../../../src/core/verdicts/verdict';

/** A made-up ranking: the chance of being wrong falls with the rank, and the truth is known. */
function ranking(rows: number, suspects: number, seed: number): { readonly wrong: boolean[]; readonly total: number } {
  const random = seededRandom(seed);
  const chance = (row: number): number => (row < suspects ? 0.9 - (0.6 * row) / suspects : row < 2 * suspects ? 0.15 : 0.01);
  const wrong = Array.from({ length: rows }, (_, row) => random() < chance(row));
  return { wrong, total: wrong.filter(Boolean).length };
}

function audit(wrong: readonly boolean[], suspects: number, count: number, seed: number): AuditedLabel[] {
  const random = seededRandom(seed);
  const lots = wrong.map(() => random());
  const strata = labelStrata(wrong.length, suspects);
  const drawn = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const draw = drawLabelAudit(strata, new Set(drawn.keys()), row => lots[row])!;
    drawn.set(draw.row, draw.probability);
  }
  return [...drawn].map(([row, probability]) => ({ row, isWrong: wrong[row], probability }));
}

describe('the number of wrong labels, from audits', () => {
  it('is right on average, and its interval holds the truth about nine times in ten', () => {
    const [rows, suspects] = [2000, 100];
    const strata = labelStrata(rows, suspects);
    for (const [count, bias] of [
      [20, 0.25],
      [100, 0.12],
    ]) {
      let [covered, ratio] = [0, 0];
      const runs = 60;
      for (let run = 0; run < runs; run++) {
        const { wrong, total } = ranking(rows, suspects, 1000 + run);
        // The first half of the suspects was reviewed: known whatever the audits say.
        const judged = strata.map(({ from, to }) => {
          const known = wrong.slice(from, Math.min(to, suspects / 2));
          return { wrong: known.filter(Boolean).length, right: known.filter(each => !each).length };
        });
        const audits = audit(wrong, suspects, count, run);
        const estimate = estimateWrongLabels(audits, strata, judged, run + 1);
        if (estimate.low <= total && total <= estimate.high) covered++;
        ratio += estimate.value / total / runs;
      }
      expect(covered).toBeGreaterThanOrEqual(51);
      // Three times what sixty runs scatter by.
      expect(Math.abs(ratio - 1)).toBeLessThan(bias);
    }
  }, 60_000);

  it('is known where everything was reviewed', () => {
    const { wrong, total } = ranking(60, 20, 3);
    const strata = labelStrata(60, 20);
    const judged = strata.map(({ from, to }) => {
      const bad = wrong.slice(from, to).filter(Boolean).length;
      return { wrong: bad, right: to - from - bad };
    });
    expect(estimateWrongLabels(audit(wrong, 20, 20, 1), strata, judged)).toEqual({ value: total, low: total, high: total });
  });

  it('says nothing of what was found where nothing is wrong, and never more than all', () => {
    expect(shareFound(0, { value: 0, low: 0, high: 3 })).toBeUndefined();
    expect(shareFound(30, { value: 40, low: 20, high: 60 })).toEqual({ value: 0.75, low: 0.5, high: 1 });
  });
});

it('the strata take every row once, with a share each', () => {
  for (const [rows, suspects] of [
    [1, 0],
    [10, 10],
    [1000, 0],
    [1000, 37],
  ]) {
    const strata = labelStrata(rows, suspects);
    expect(strata[0].from).toBe(0);
    expect(strata.at(-1)!.to).toBe(rows);
    strata.slice(1).forEach(({ from }, i) => expect(from).toBe(strata[i].to));
    expect(strata.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  }
  expect(labelStrata(0, 0)).toEqual([]);
});

/** Twenty doubtful labels of two hundred; the path says the rank. */
const rated = Array.from({ length: 200 }, (_, i): RatedLabel => ({
  root: 0,
  path: `shirt/${i}.png`,
  content: `c${i}`,
  label: 'shirt',
  suggested: 'coat',
  score: 1 - i / 40,
})).map((row, i) => ({ ...row, score: Math.max((200 - i) / 1e6, row.score) }));
const verdict = (row: RatedLabel, kind: 'ignore' | 'relabel', probability?: number): Verdict => ({
  id: row.path,
  relation: 'same-class',
  verdict: kind,
  images: [{ content: row.content, path: row.path }],
  ...(kind === 'relabel' && { label: 'coat' }),
  ...(probability !== undefined && { audit: { probability } }),
});
const nothingSkipped = (): boolean => false;
const review = (verdicts: readonly Verdict[] = [], gone: readonly number[] = []): LabelReview<RatedLabel> => {
  const moved = new Set(gone.map(i => rated[i].path));
  return new LabelReview(rated, row => !moved.has(row.path), verdicts);
};

describe('a review', () => {
  it('asks the worst first, and one audit in eight', () => {
    const questions = review().next(16, nothingSkipped);
    expect(questions).toHaveLength(16);
    const plain = questions.filter(({ audit: drawn }) => !drawn).map(({ row }) => row.path);
    expect(plain.slice(0, 7)).toEqual(rated.slice(0, 7).map(({ path }) => path));
    const places = questions.flatMap(({ audit: drawn }, i) => (drawn ? [i] : []));
    expect(places.length).toBe(2);
    expect(places[0]).toBeLessThanOrEqual(7);
  });

  it('goes on where it was left: the same audit is asked again until it is answered', () => {
    const first = review().next(16, nothingSkipped);
    const answered = first.slice(0, 3).filter(({ audit: drawn }) => !drawn);
    const later = review(answered.map(({ row }) => verdict(row, 'ignore'))).next(16, nothingSkipped);
    const auditOf = (questions: typeof first): string => questions.find(({ audit: drawn }) => drawn)!.row.path;
    expect(auditOf(later)).toBe(auditOf(first));
    expect(later[0].row.path).toBe(`shirt/${answered.length}.png`);
  });

  it('counts what is answered, and what was undone not', () => {
    const said = [verdict(rated[0], 'relabel'), verdict(rated[1], 'ignore'), verdict(rated[2], 'relabel')];
    // The first was moved away; the third was moved back by an undo that knew nothing of verdicts.
    expect(review(said, [0]).progress).toEqual({ reviewed: 2, total: 21, audits: 0, found: 1 });
    // Deleted by somebody, and never judged: nobody can be asked about it.
    expect(review(said, [0, 5]).progress).toMatchObject({ reviewed: 2, total: 20 });
  });

  it('puts off what is skipped, and asks audits only once the doubtful ones and those that just escaped are through', () => {
    const skipped = review().next(5, row => row.path === 'shirt/0.png');
    expect(skipped.map(({ row }) => row.path)).not.toContain('shirt/0.png');
    const afterDoubtful = review(rated.slice(0, 21).map(row => verdict(row, 'ignore'))).next(10, nothingSkipped);
    const byRank = afterDoubtful.filter(({ audit: drawn }) => !drawn).map(({ row }) => row.path);
    expect(byRank.slice(0, 5)).toEqual(rated.slice(21, 26).map(({ path }) => path));
    const all = review(rated.slice(0, 42).map(row => verdict(row, 'ignore'))).next(10, nothingSkipped);
    const open = all.filter(({ known }) => known === undefined);
    expect(open).toHaveLength(10);
    expect(open.every(({ audit: drawn }) => drawn !== undefined)).toBe(true);
  });

  it('has an audit of an answered label written down, but none drawn after one that is open', () => {
    const said = rated.slice(0, 42).map(row => verdict(row, 'ignore'));
    const questions = review(said).next(30, nothingSkipped);
    const firstOpen = questions.findIndex(({ known }) => known === undefined);
    expect(questions.slice(firstOpen).every(({ known }) => known === undefined)).toBe(true);
    const known = questions.filter(each => each.known);
    expect(known.every(each => each.known!.correct === 'shirt' && each.audit)).toBe(true);
  });

  it('offers those that come nearest where no label is doubtful enough', () => {
    const calm = rated.map(row => ({ ...row, score: row.score / 3 }));
    const nothing = new LabelReview(calm, () => true, []);
    expect(nothing.progress.total).toBe(0);
    const byRank = nothing.next(30, nothingSkipped).filter(({ audit: drawn }) => !drawn);
    expect(byRank.map(({ row }) => row.path)).toEqual(rated.slice(0, 20).map(({ path }) => path));
  });

  it('takes a corrected label for right after the labels were judged anew', () => {
    const moved = rated.map((row, i) => (i === 0 ? { ...row, path: 'coat/0.png', label: 'coat', suggested: 'shirt' } : row));
    const again = new LabelReview(moved, () => true, [verdict(rated[0], 'relabel')]);
    expect(again.progress).toEqual({ reviewed: 1, total: 21, audits: 0, found: 1 });
    expect(again.next(1, nothingSkipped)[0].row.path).toBe('shirt/1.png');
  });

  it('estimates once there are twenty audits', () => {
    let said: Verdict[] = [];
    const gone: number[] = [];
    for (let step = 0; step < 400 && review(said, gone).estimate() === undefined; step++) {
      const [{ row, audit: drawn, known }] = review(said, gone).next(1, nothingSkipped);
      const index = rated.findIndex(({ path }) => path === row.path);
      // Wrong is what stands among the first fifteen.
      const isWrong = index < 15;
      if (isWrong && !known) gone.push(index);
      said = [...said.filter(({ id }) => id !== row.path), verdict(row, isWrong ? 'relabel' : 'ignore', drawn?.probability)];
    }
    const done = review(said, gone);
    expect(done.progress).toMatchObject({ reviewed: 21, total: 21, audits: 20, found: 15 });
    const { wrong, share } = done.estimate()!;
    expect(wrong.value).toBe(15);
    expect(wrong.low).toBe(15);
    expect(wrong.high).toBeGreaterThan(15);
    expect(share!.value).toBe(1);
    expect(share!.low).toBeLessThan(1);
  });
});
