import { allFindingKinds } from '../../src/core/findings/kinds';
import { noClass, noKind } from '../../src/protocol/map';
import type { EmbeddingMap } from '../../src/protocol/map';
import { animals, folders } from './fakeData';
import type { FakeMapScenario } from './scenario';

/** Points of a class lie on a disc of their own; the discs in a row, in the order of the classes. The first class has no label. */
export function fakeMap(
  points: number,
  edition: number,
  { classes: classCount = animals.length, laidOut, leftOut = 0 }: FakeMapScenario = {},
): EmbeddingMap {
  const classes = Array.from({ length: classCount }, (_, i) => animals[i] ?? `class ${i}`);
  const xy = new Float32Array(points * 2);
  for (let i = 0; i < points; i++) {
    const turn = i * 2.399963;
    const reach = 0.4 * Math.sqrt((i + 0.5) / points);
    xy[2 * i] = (i % classCount) + reach * Math.cos(turn);
    xy[2 * i + 1] = reach * Math.sin(turn);
  }
  return {
    edition,
    images: Uint32Array.from({ length: points }, (_, i) => i),
    xy,
    labels: Uint16Array.from({ length: points }, (_, i) => (i % 50 === 49 ? noClass : i % classCount)),
    splits: Uint16Array.from({ length: points }, (_, i) => i % folders.length),
    classes,
    splitNames: folders,
    encoder: 'starter',
    contents: points,
    laidOut: laidOut ?? points,
    leftOut,
  };
}

/** The wider the threshold, the more images take part in a near-duplicate. */
export const fakeKinds = (points: number, threshold: number): Uint8Array =>
  Uint8Array.from({ length: points }, (_, i) => (i % 100 < threshold * 100 ? allFindingKinds.indexOf('near-duplicate') : noKind));
