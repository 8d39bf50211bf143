import { cosine } from './cosine';
import type { Distance, DistanceName } from './distance';
import { euclidean } from './euclidean';
import { exponential } from './exponential';
import { manhattan } from './manhattan';
import { squaredEuclidean } from './squaredEuclidean';

/** Distances by the name a model file carries. */
export const DISTANCES: Readonly<Record<DistanceName, Distance>> = {
  euclidean,
  'squared-euclidean': squaredEuclidean,
  cosine,
  manhattan,
  exponential,
};
