import * as v from 'valibot';
import { note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import { ModelFileError, packModel, readWeights, unpackModel } from '../model/modelContainer';
import { writeWhole } from '../store/writeWhole';
import type { Weights } from '../training/fit';
import type { PairModelHeader } from './pairModelHeader';
import { isPairModelHeader, pairModelSchema } from './pairModelHeader';
import { createPairNetwork } from './pairNetworks';

export interface PairModel {
  readonly description: Omit<PairModelHeader, 'parameters' | 'kind' | 'pictures'>;
  readonly parameters: Weights;
}

export function encodePairModel({ description, parameters }: PairModel): Uint8Array {
  const specs = Object.entries(createPairNetwork(description.network, description.input).parameters);
  const header: PairModelHeader = {
    ...description,
    kind: 'pairs',
    pictures: 'standardized',
    parameters: specs.map(([name, { shape }]) => ({ name, shape: [...shape] })),
  };
  return packModel(
    header,
    specs.map(([name]) => parameters[name]),
  );
}

/** @throws ModelFileError for a file that is damaged, foreign, or a model that embeds */
export function decodePairModel(bytes: Uint8Array, name: string): PairModel {
  const { header, weights } = unpackModel(bytes, name);
  if (!isPairModelHeader(header)) throw new ModelFileError(note(messages.noPairModel, name));
  const parsed = v.safeParse(pairModelSchema, header);
  if (!parsed.success) throw new ModelFileError(note(messages.modelHeader, name, parsed.issues[0].message));
  const { parameters: stored, kind: _kind, pictures: _pictures, ...description } = parsed.output;
  const network = createPairNetwork(description.network, description.input);
  return { description, parameters: readWeights(stored, weights, network, name) };
}

/** Written beside its place and then renamed, so that there is never half a model. */
export const savePairModel = (path: string, model: PairModel): Promise<void> => writeWhole(path, encodePairModel(model));
