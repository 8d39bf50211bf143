import type { ImageRecord } from '../dataset/image';
import type { FindingCounts } from '../findings/finding';
import type { PictureMeasures } from '../quality/measures';
import type { Verdict } from '../verdicts/verdict';
import { labelErrors, type LabelErrors } from './labelErrors';
import { predictabilityOfNumber, predictabilityOfVector, type Example, type Predictability } from './predictability';

export interface ClassRow {
  readonly name: string;
  readonly images: number;
  /** In the order of the card's splits. */
  readonly perSplit: readonly number[];
}

/** What a class should not be told by, and how well it is. */
export interface ShortcutRow extends Predictability {
  readonly property: ShortcutProperty;
}

export type ShortcutProperty =
  'brightness' | 'contrast' | 'sharpness' | 'colour' | 'resolution' | 'aspect-ratio' | 'file-size' | 'corners';

/** What a data set holds, in figures: enough to describe it in a README. */
export interface DatasetCard {
  readonly images: number;
  readonly readable: number;
  readonly bytes: number;
  /** Most frequent first. */
  readonly formats: readonly { readonly name: string; readonly images: number }[];
  /** Of the shorter and the longer side, pixels; absent where nothing is readable. */
  readonly sides?: { readonly shorter: Quantiles; readonly longer: Quantiles };
  readonly splits: readonly { readonly name: string; readonly images: number }[];
  /** Largest first. */
  readonly classes: readonly ClassRow[];
  readonly unlabeled: number;
  /** Files that equal another one, beyond the first of each content. */
  readonly exactCopies: number;
  readonly threshold: number;
  readonly findings: FindingCounts;
  /** Absent while too few labels were drawn at random and reviewed. */
  readonly labelErrors?: LabelErrors;
  /** Best guess first; empty without at least two classes of enough images. */
  readonly shortcuts: readonly ShortcutRow[];
}

/** Smallest, 5 %, median, 95 %, largest. */
export type Quantiles = readonly [number, number, number, number, number];

export interface CardInput {
  readonly images: readonly ImageRecord[];
  readonly measuresOf: (image: number) => PictureMeasures | undefined;
  /** What stands in a picture's corners, a list of grey levels; of one length. */
  readonly cornersOf: (image: number) => ArrayLike<number> | undefined;
  readonly findings: FindingCounts;
  readonly verdicts?: readonly Verdict[];
  readonly threshold: number;
}

/** Classes with fewer images say nothing about shortcuts. */
const LEAST_OF_CLASS = 20;

export function datasetCard({ images, measuresOf, cornersOf, findings, verdicts = [], threshold }: CardInput): DatasetCard {
  const own = images.filter(({ reference }) => reference !== true);
  const readable = own.filter(({ problem }) => problem === undefined);
  const splits = tally(own.flatMap(({ split }) => split ?? [])).sort((x, y) => compareNames(x.name, y.name));
  const ofBoth = new Map(tally(own.map(({ label, split }) => `${label}\n${split}`)).map(each => [each.name, each.images]));
  const classes = tally(own.flatMap(({ label }) => label ?? [])).map(({ name, images: count }) => ({
    name,
    images: count,
    perSplit: splits.map(split => ofBoth.get(`${name}\n${split.name}`) ?? 0),
  }));
  const errors = labelErrors(verdicts, own);
  const contents = new Set(readable.map(({ content }) => content));
  return {
    images: own.length,
    readable: readable.length,
    bytes: own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    formats: tally(readable.map(({ format }) => format)),
    ...(readable.length > 0 && {
      sides: {
        shorter: quantiles(readable.map(({ width, height }) => Math.min(width, height))),
        longer: quantiles(readable.map(({ width, height }) => Math.max(width, height))),
      },
    }),
    splits,
    classes,
    unlabeled: own.filter(({ label }) => label === undefined).length,
    exactCopies: readable.length - contents.size,
    threshold,
    findings,
    ...(errors && { labelErrors: errors }),
    shortcuts: findShortcuts(readable, classes, measuresOf, cornersOf),
  };
}

const compareNames = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);

/** How often each name occurs, most frequent first. */
function tally(names: readonly string[]): { readonly name: string; readonly images: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, images]) => ({ name, images }))
    .sort((x, y) => y.images - x.images || compareNames(x.name, y.name));
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((x, y) => x - y);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0), at(0.05), at(0.5), at(0.95), at(1)];
}

/** Each property of an image that could tell its class without anybody looking at it. */
const numbers: Readonly<Record<Exclude<ShortcutProperty, 'corners'>, (image: ImageRecord, measures: PictureMeasures) => number>> =
  {
    brightness: (_, { darkest, brightest }) => darkest + brightest,
    contrast: (_, { darkest, brightest }) => brightest - darkest,
    sharpness: (_, { sharpness }) => sharpness,
    colour: (_, { colour }) => colour,
    resolution: ({ width, height }) => width * height,
    'aspect-ratio': ({ width, height }) => width / height,
    'file-size': ({ sizeBytes }) => sizeBytes,
  };

function findShortcuts(
  readable: readonly ImageRecord[],
  classes: readonly ClassRow[],
  measuresOf: CardInput['measuresOf'],
  cornersOf: CardInput['cornersOf'],
): ShortcutRow[] {
  const enough = classes.filter(({ images }) => images >= LEAST_OF_CLASS).map(({ name }) => name);
  const numberOf = new Map(enough.map((name, number) => [name, number]));
  const seen = new Set<string>();
  const known = readable.flatMap(image => {
    const label = image.label === undefined ? undefined : numberOf.get(image.label);
    const measures = measuresOf(image.index);
    // A copy would be its own evidence.
    if (label === undefined || measures === undefined || seen.has(image.content)) return [];
    seen.add(image.content);
    const half: 0 | 1 = parseInt(image.content.slice(-1), 16) % 2 === 0 ? 0 : 1;
    return [{ image, measures, label, half }];
  });
  const rows: ShortcutRow[] = [];
  const add = (property: ShortcutProperty, found: Predictability | undefined): void => {
    if (found) rows.push({ property, ...found });
  };
  for (const [property, read] of Object.entries(numbers) as [keyof typeof numbers, (typeof numbers)['colour']][]) {
    const examples = known.map(({ image, measures, label, half }) => ({ label, half, features: [read(image, measures)] }));
    add(property, predictabilityOfNumber(examples, enough.length));
  }
  const corners: Example[] = known.flatMap(({ image, label, half }) => {
    const features = cornersOf(image.index);
    return features ? [{ label, half, features }] : [];
  });
  if (corners.length > 0) add('corners', predictabilityOfVector(corners, enough.length));
  return rows.sort((x, y) => y.accuracy.value - x.accuracy.value);
}
