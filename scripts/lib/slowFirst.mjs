/** An order of test files for two workers: the slow ones first, so that none is left to run alone at the end. */
import { BaseSequencer } from 'vitest/node';

/**
 * @param {readonly string[]} names of slow files, as their paths end, slowest first. Vitest knows times only of an earlier run, which a
 *   fresh machine has not had.
 * @returns {import('vitest/node').TestSequencerConstructor} for Vitest's `sequence.sequencer`; files that are not named come after, in
 *   Vitest's own order
 */
export const slowFirst = names =>
  class extends BaseSequencer {
    async sort(files) {
      const rank = ({ moduleId }) => {
        const at = names.findIndex(name => moduleId.endsWith(name));
        return at < 0 ? names.length : at;
      };
      return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
  };
