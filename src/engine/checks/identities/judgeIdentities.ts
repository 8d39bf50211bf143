import { Breather } from '../../../workspace/breathe';
import type { KnownReferences } from './knownReferences';
import { momentsOf, ReferenceSpace } from './referenceSpace';

/** A file that is compared with references of the identity it is said to be of. */
export interface Question {
  /** The number of the file. */
  readonly file: number;
  readonly identity: number;
  /** By the network that has not seen the identity; length 1. */
  readonly vector: Float32Array;
  /** Its own number among the references, or −1. */
  readonly reference: number;
}

/** What the references say of one file. */
export interface Look {
  /** To its own identity. */
  readonly distance: number;
  /** To identities that the network had not seen either. */
  readonly strangers: Float64Array;
  /** The other identity that is nearest, and how far. */
  readonly other: number;
  readonly otherDistance: number;
}

export interface Nearest {
  /** The number of the reference. */
  readonly reference: number;
  /** Cosine distance. */
  readonly distance: number;
}

/** Fewer strangers have no deviation worth the name. */
const FEWEST_STRANGERS = 8;

/** Are there enough identities for each network to set distances against those of strangers? */
export function canStandardize(networkOf: Int32Array): boolean {
  const sizes = new Map<number, number>();
  for (const network of networkOf) sizes.set(network, (sizes.get(network) ?? 0) + 1);
  return Math.min(...sizes.values()) > FEWEST_STRANGERS;
}

/** Compares files with references, each by the network that had not seen its identity. */
export class IdentityJudge {
  readonly #spaces: readonly ReferenceSpace[];

  constructor(private readonly known: Omit<KnownReferences, 'calibration'>) {
    const { networks, identities, names, networkOf } = known;
    this.#spaces = networks.map(({ vectors }, k) => {
      const cohort = [...networkOf.keys()].filter(identity => networkOf[identity] === k);
      return new ReferenceSpace({ size: this.#sizeOf(k), vectors, identities, count: names.length }, cohort);
    });
  }

  /** Whether there is anything to compare with. @param reference the file's own number among the references, or −1 */
  canJudge(identity: number, reference: number): boolean {
    return this.#spaces[this.known.networkOf[identity]].referencesFor(identity, reference) > 0;
  }

  /** One a question, which {@link canJudge} said yes to. @throws the signal's reason when aborted */
  async lookAt(questions: readonly Question[], signal: AbortSignal, onProgress: (share: number) => void): Promise<Look[]> {
    const breather = new Breather();
    const looks: Look[] = [];
    for (const question of questions) {
      looks.push(this.#look(question));
      await breather.breathe();
      signal.throwIfAborted();
      onProgress(looks.length / questions.length);
    }
    return looks;
  }

  /** The reference of an identity that is nearest to a file, other than itself; undefined where there is none. */
  nearest({ identity: own, vector, reference }: Question, identity: number): Nearest | undefined {
    const network = this.known.networkOf[own];
    const { vectors } = this.known.networks[network];
    const size = this.#sizeOf(network);
    let best: Nearest | undefined;
    this.known.identities.forEach((of, r) => {
      if (of !== identity || r === reference) return;
      let product = 0;
      for (let d = 0; d < size; d++) product += vector[d] * vectors[r * size + d];
      if (!best || 1 - product < best.distance) best = { reference: r, distance: 1 - product };
    });
    return best;
  }

  #look({ identity, vector, reference }: Question): Look {
    const space = this.#spaces[this.known.networkOf[identity]];
    const raw = space.strangersOf(vector, identity);
    const ofFile = momentsOf(raw.map(({ distance }) => distance));
    const scaled = (distance: number, of: number): number =>
      this.known.isStandardized ? space.standing(distance, ofFile, of) : distance;
    let [other, otherDistance] = [-1, Infinity];
    for (let each = 0; each < this.known.names.length; each++) {
      if (each === identity || space.referencesFor(each) === 0) continue;
      const here = scaled(space.distance(vector, each), each);
      if (here < otherDistance) [other, otherDistance] = [each, here];
    }
    return {
      distance: scaled(space.distance(vector, identity, reference), identity),
      strangers: Float64Array.from(raw, ({ identity: of, distance }) => scaled(distance, of)),
      other,
      otherDistance,
    };
  }

  #sizeOf(network: number): number {
    return this.known.networks[network].vectors.length / Math.max(1, this.known.identities.length);
  }
}
