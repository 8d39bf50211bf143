/** An order of test files for two workers: vitest knows only the times of an earlier run, which a fresh machine has not had. */
import { BaseSequencer } from 'vitest/node';

/**
 * @param {readonly string[]} names of files that come first, as their paths end: the slow ones, so that none runs alone at the end
 * @returns {import('vitest/node').TestSequencerConstructor} for Vitest's `sequence.sequencer`; files that are not named come after, in
 *   Vitest's own order
 */
export const inOrder = names =>
  class extends BaseSequencer {
    async sort(files) {
      const rank = ({ moduleId }) => {
        const at = names.findIndex(name => moduleId.endsWith(name));
        return at < 0 ? names.length : at;
      };
      return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
  };
