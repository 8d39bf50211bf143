import { transformNames } from '../../core/pairs/pairColumns';
import type { PairRow } from '../../protocol/engine';
import { distanceBetween } from '../modelScan/modelStage';
import { transformsOf } from './join';
import type { PairSource } from './pairSource';
import type { ScanData, ScanView } from './scanResult';

/** A row of what is shown. */
export const pairRow = (view: ScanView, row: number): PairRow => pairRowOf(view, view.shown, row);

/** The pair of a finding, also one that the filter hides or that is past the threshold. */
export const pairOfId = (view: ScanView, id: string): PairRow | null => {
  const shown = view.shown.rowOfId(id);
  if (shown !== undefined) return pairRow(view, shown);
  const row = view.table.rowOfId(id);
  return row === undefined ? null : { ...pairRowOf(view, view.table, row), rank: -1 };
};

/** The listed pair of two images. */
export const listedPair = (view: ScanView, first: number, second: number): PairRow | undefined => {
  const shown = findRow(view.shown, first, second);
  if (shown !== undefined) return pairRow(view, shown);
  const row = findRow(view.table, first, second);
  return row === undefined ? undefined : { ...pairRowOf(view, view.table, row), rank: -1 };
};

/** Any two images, compared on the spot; beyond what the table lists. */
export const unlistedPair = (view: ScanView, pairSource: PairSource, first: number, second: number): PairRow => {
  const { images, rows, params } = view.data;
  const [a, b] = [images[first], images[second]];
  const signature = rows.signatureOf(a.content)?.slice();
  const row = rows.rowOf(b.content);
  let distance = a.content !== '' && a.content === b.content ? 0 : 1;
  let transform = 0;
  if (distance > 0 && signature && row !== undefined) {
    const measured = pairSource.measure(rows.table, signature, row, transformsOf(params));
    distance = unitedDistance(view.data, a.content, b.content, measured.distance);
    transform = measured.transform;
  }
  const verdict = view.verdicts.ofPair(a, b);
  return {
    a,
    b,
    distance,
    transform: transformNames[transform],
    // What no finding says of them is nobody's to guess; equal bytes are plain.
    kind: distance === 0 && a.content === b.content ? 'exact-duplicate' : null,
    findingId: '',
    rank: -1,
    ...(verdict && { verdict }),
  };
};

/** Of an aligned pair, together with what the model says where it finds pairs. */
const unitedDistance = ({ model }: ScanData, a: string, b: string, aligned: number): number => {
  const own = model?.scanDistance && distanceBetween(model, a, b);
  return own === undefined ? aligned : model!.scanDistance!.united(own, aligned);
};

const pairRowOf = (view: ScanView, table: ScanView['table'], row: number): PairRow => {
  const { images } = view.data;
  const { remove, keep, distance, transform, kind, verdict } = table.pair(row);
  return {
    a: images[keep],
    b: images[remove],
    distance,
    transform,
    kind,
    findingId: table.idOfRow(row),
    rank: row,
    ...(verdict && { verdict }),
  };
};

const findRow = (table: ScanView['table'], first: number, second: number): number | undefined => {
  for (let row = 0; row < table.distances.length; row++) {
    const remove = table.removeAt(row);
    const keep = table.keepAt(row);
    if ((remove === first && keep === second) || (remove === second && keep === first)) return row;
  }
  return undefined;
};
