import type { Verdict } from '../../core/verdicts/verdict';
import type { PairRow } from '../../protocol/engine';
import { AuditPools } from '../labeling/auditPools';
import { ClassTables } from '../labeling/classTables';
import { Labeling } from '../labeling/labeling';
import { LabelQuestions } from './labelQuestions';
import type { KeptJudgement } from './judgedLabels';
import type { PairSource } from './pairSource';
import type { ScanData, ScanView } from './scanResult';
import { unlistedPair } from './pairRows';

/** The newest of something made from a view, made anew for another view. */
class OfView<K, T> {
  #last: { readonly key: K; readonly value: T } | undefined;

  of(key: K, make: () => T): T {
    if (this.#last?.key !== key) this.#last = { key, value: make() };
    return this.#last.value;
  }
}

/** What people are asked about a scan, and what their answers say: made once for each view. */
export class ViewDesks {
  readonly #labeling = new OfView<ScanView, Labeling>();
  readonly #pools = new OfView<ScanData, AuditPools>();
  readonly #classes = new OfView<ScanView, ClassTables>();
  readonly #review = new OfView<ScanView, LabelQuestions>();

  constructor(private readonly pairSource: PairSource) {}

  /** Measures any two images of a view. */
  pairOf(view: ScanView): (first: number, second: number) => Promise<PairRow | null> {
    return (first, second) => Promise.resolve(unlistedPair(view, this.pairSource, first, second));
  }

  /** What to ask the person next about pairs. */
  labeling(view: ScanView, verdicts: readonly Verdict[], groupThreshold: number): Labeling {
    const pools = this.#pools.of(view.data, () => new AuditPools(view));
    return this.#labeling.of(view, () => new Labeling({ view, verdicts, groupThreshold, pools, pairOf: this.pairOf(view) }));
  }

  /** What the pairs say of each class. */
  classes(view: ScanView, verdicts: readonly Verdict[]): ClassTables {
    return this.#classes.of(view, () => new ClassTables(view, verdicts));
  }

  /** Which labels to look at next. */
  review(view: ScanView, verdicts: readonly Verdict[], judgement: KeptJudgement): LabelQuestions {
    return this.#review.of(view, () => new LabelQuestions(view, judgement, verdicts));
  }
}
