import type { AlterationName } from '../../../core/training/names';
import type { Alteration } from '../images';
import type { Placement } from './affine';
import { blur } from './blur';
import { border } from './border';
import { brightness } from './brightness';
import { colour } from './colour';
import { compression } from './compression';
import { crop } from './crop';
import { grey } from './grey';
import { mirror } from './mirror';
import { noise } from './noise';
import { placed } from './placed';
import { quarterTurn } from './quarterTurn';
import { text } from './text';
import { turn } from './turn';
import { watermark } from './watermark';

/*
 * Each view of an image meets each alteration by chance, with all of them about four at a time. In the order in which a picture meets
 * them on its way: turned and cut, touched up, written on, saved.
 */
const PLACEMENTS: readonly (readonly [AlterationName, Placement])[] = [
  ['quarter-turn', quarterTurn(0.4)],
  ['mirror', mirror(0.5)],
  ['turn', turn(0.4, 15)],
  ['crop', crop(0.6, 0.25)],
];
const OTHERS: readonly (readonly [AlterationName, Alteration])[] = [
  ['colour', colour(0.3, 40)],
  ['brightness', brightness(0.5, 0.35)],
  ['grey', grey(0.2)],
  ['blur', blur(0.25, 2)],
  ['border', border(0.25, 0.12)],
  ['text', text(0.3, 0.16)],
  ['watermark', watermark(0.2)],
  ['noise', noise(0.2, 0.08)],
  ['compression', compression(0.3, 0.04)],
];

/**
 * The alterations of these names, for `TrainingOptions.alterations`: each view gets a random choice of them, each of random strength.
 * Pure but for the random numbers they are given; images of one channel go without those of colour.
 */
export function alterationsByName(names: readonly AlterationName[]): Alteration[] {
  const isWanted = ([name]: readonly [AlterationName, unknown]): boolean => names.includes(name);
  const placements = PLACEMENTS.filter(isWanted).map(([, placement]) => placement);
  const others = OTHERS.filter(isWanted).map(([, alteration]) => alteration);
  return placements.length > 0 ? [placed(placements), ...others] : others;
}
