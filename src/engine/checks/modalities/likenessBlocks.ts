import type { Executable, Runtime } from '../../runtime/runtime';
import { breathe } from '../../../workspace/breathe';
import type { Modality } from '../../../core/checks/modalityNames';
import { LIKENESS, likenessProgram, rowSizeOf } from './modalityNetworks';

/** Members of each modality that are compared at once. */
const BLOCK = 128;

/** What the branches say of all samples, one row each. */
export type ModalityRows = Readonly<Record<Modality, Float32Array>>;

/** Compares members of two modalities, many at a time. */
export class LikenessBlocks {
  private constructor(
    private readonly pair: readonly [Modality, Modality],
    private readonly executable: Executable,
  ) {}

  static async of(runtime: Runtime, first: Modality, second: Modality): Promise<LikenessBlocks> {
    return new LikenessBlocks([first, second], await runtime.load(likenessProgram(first, second, BLOCK)));
  }

  /**
   * Adds the likeness of some samples' first members with the second members of all to `into`, chosen × all.
   * @throws the signal's reason when aborted
   */
  async add(rows: ModalityRows, chosen: Int32Array, into: Float32Array, signal: AbortSignal): Promise<void> {
    const [first, second] = this.pair;
    const [firstSize, secondSize] = this.pair.map(rowSizeOf);
    const all = rows[second].length / secondSize;
    const inputs = { first: new Float32Array(BLOCK * firstSize), second: new Float32Array(BLOCK * secondSize) };
    for (let from = 0; from < chosen.length; from += BLOCK) {
      const some = chosen.subarray(from, from + BLOCK);
      some.forEach((sample, k) =>
        inputs.first.set(rows[first].subarray(sample * firstSize, (sample + 1) * firstSize), k * firstSize),
      );
      for (let start = 0; start < all; start += BLOCK) {
        const here = Math.min(BLOCK, all - start);
        inputs.second.set(rows[second].subarray(start * secondSize, (start + here) * secondSize));
        await breathe();
        signal.throwIfAborted();
        const found = (await this.executable.run(inputs))[LIKENESS] as Float32Array;
        for (let k = 0; k < some.length; k++) {
          const to = (from + k) * all + start;
          for (let j = 0; j < here; j++) into[to + j] += found[k * BLOCK + j];
        }
      }
    }
  }

  dispose(): Promise<void> {
    return this.executable.dispose();
  }
}
