import { classTable } from '../../core/metrics/classTable';
import type { AnsweredImages, ClassRow } from '../../core/metrics/classTable';
import type { Relation, Verdict } from '../../core/verdicts/verdict';
import type { ClassesAnswer } from '../../protocol/labeling';
import type { ScanView } from '../session/scanResult';

/** More classes than a person can look through are cut, those with most pairs first. */
const mostClasses = 500;

/** The classes of one scan at any threshold: what does not depend on it is worked out once. */
export class ClassTables {
  readonly #labels: readonly (string | undefined)[];
  #answers: { readonly relation: Relation; readonly answers: readonly AnsweredImages[] } | undefined;

  constructor(
    private readonly view: ScanView,
    private readonly verdicts: readonly Verdict[],
  ) {
    const { images, standIn } = view.data;
    // Another name of a file is no second image.
    this.#labels = images.map(image =>
      image.problem === undefined && standIn[image.index] === image.index ? image.label : undefined,
    );
  }

  at(relation: Relation, threshold: number): ClassesAnswer {
    const { table, generation } = this.view;
    const rows = classTable({
      labels: this.#labels,
      pairs: table.countPairs(threshold),
      a: row => table.removeAt(row),
      b: row => table.keepAt(row),
      answers: this.#answersOf(relation),
      threshold,
    });
    const pairsOf = ({ within, across }: ClassRow): number => within + across;
    return {
      generation,
      total: rows.length,
      rows: rows.length <= mostClasses ? rows : [...rows].sort((x, y) => pairsOf(y) - pairsOf(x)).slice(0, mostClasses),
    };
  }

  #answersOf(relation: Relation): readonly AnsweredImages[] {
    if (this.#answers?.relation === relation) return this.#answers.answers;
    const { places, pairs, data } = this.view;
    const keyOf = (x: number, y: number): number => Math.min(x, y) * data.images.length + Math.max(x, y);
    const answered = new Map<number, { readonly a: number; readonly b: number; readonly similar: boolean }>();
    for (const { relation: named, verdict, images } of this.verdicts) {
      if (named !== relation || verdict === 'ignore' || images.length !== 2) continue;
      const [a, b] = images.map(({ content }) => places.get(content)?.[0]);
      if (a !== undefined && b !== undefined && a !== b) answered.set(keyOf(a, b), { a, b, similar: verdict === 'similar' });
    }
    const distanceOf = new Map<number, number>();
    const first = (image: number): number => places.get(data.images[image].content)?.[0] ?? image;
    for (let row = 0; answered.size > 0 && row < pairs.a.length; row++) {
      const key = keyOf(first(pairs.a[row]), first(pairs.b[row]));
      if (answered.has(key) && !distanceOf.has(key)) distanceOf.set(key, pairs.distance[row]);
    }
    const answers = [...answered].map(([key, each]) => ({ ...each, distance: distanceOf.get(key) ?? Infinity }));
    this.#answers = { relation, answers };
    return answers;
  }
}
