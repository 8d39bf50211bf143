import * as v from 'valibot';
import { alterationNames, distanceNames, learnFromNames, lossNames, networkNames } from '../../core/training/names';

const schema = v.object({
  learnFrom: v.optional(v.pipe(v.array(v.picklist(learnFromNames)), v.minLength(1))),
  relation: v.optional(v.pipe(v.string(), v.minLength(1))),
  seconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400))),
  network: v.optional(v.picklist(networkNames)),
  loss: v.optional(v.picklist(lossNames)),
  distance: v.optional(v.picklist(distanceNames)),
  alterations: v.optional(v.array(v.picklist(alterationNames))),
  /** A model file, or `starter`. */
  startFrom: v.optional(v.pipe(v.string(), v.minLength(1))),
});

/** What may be given to the command `twinlint.train`, e.g. by a button, a keybinding or another extension; the rest is asked for. */
export type TrainWish = v.InferOutput<typeof schema>;

/** Anything that is no such wish (a menu passes a URI) asks for everything. */
export function parseTrainWish(value: unknown): TrainWish {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : {};
}
