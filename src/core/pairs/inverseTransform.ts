import { transformNames } from './pairColumns';

const turn90 = transformNames.indexOf('turn-90');
const turn270 = transformNames.indexOf('turn-270');

/** The index of the transform that undoes one: quarter turns change places; half turns and mirrorings undo themselves. */
export const inverseTransformIndex = (transform: number): number =>
  transform === turn90 ? turn270 : transform === turn270 ? turn90 : transform;
