import { loadStarter } from '../starter/loadStarter';
import type { Weights } from '../training/fit';

/** The encoder that ships, as a start; without it networks begin with nothing. */
export const starterWeights = async (path: string): Promise<Weights> => {
  try {
    return (await loadStarter(path)).parameters;
  } catch {
    return {};
  }
};
