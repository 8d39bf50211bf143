import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { identityMessages as messages } from '../../../core/checks/identityMessages';
import { note, NoteError } from '../../../core/dataset/note';
import { referencesFolder } from '../../../workspace/references';
import { ensureTwinlintFolder } from '../../../workspace/twinlintFolder';
import type { BlockSpec } from '../../store/sealedFile';
import { blocksOf, seal, unseal } from '../../store/sealedFile';
import { writeWhole } from '../../store/writeWhole';
import { identityNetwork } from './identityNetworks';
import type { KnownNetwork, KnownReferences } from './knownReferences';
import { media } from './medium';

/** First bytes of every file of stored references. */
const MAGIC = 'TWINLINT-REFERENCES\n';
const VERSION = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const headerSchema = v.object({
  /** What the files are. */
  medium: v.picklist(media),
  /** Names of the identities. */
  names: v.pipe(v.array(v.string()), v.minLength(1)),
  /** For each identity the number of the network that has not seen it. */
  networkOf: v.array(count),
  /** Paths of the references below the folder, with "/", and the identity of each. */
  paths: v.array(v.string()),
  identities: v.array(count),
  isStandardized: v.boolean(),
  /** Smaller = more similar. */
  distance: v.literal('cosine'),
  calibration: v.object({
    threshold: v.number(),
    share: rate,
    auc: rate,
    chances: v.array(v.object({ distance: v.number(), chance: rate })),
    rates: v.object({
      eer: rate,
      eerThreshold: v.number(),
      points: v.array(v.object({ threshold: v.number(), far: rate, frr: rate })),
    }),
  }),
  /** ISO 8601, UTC. */
  storedAt: v.string(),
  blocks: v.array(v.object({ name: v.string(), shape: v.pipe(v.array(count), v.maxLength(4)) })),
});

const weightName = (network: number, parameter: string): string => `network ${network}/${parameter}`;
const vectorsName = (network: number): string => `vectors ${network}`;

/** All that verifying needs, without the references' own files: see sealedFile.ts for the layout. */
export function encodeReferences(known: KnownReferences, storedAt: Date): Uint8Array {
  const { networks, networkOf, identities, medium, names, paths, isStandardized, calibration } = known;
  const { parameters } = identityNetwork(medium).chain;
  const blocks = networks.flatMap(({ weights, vectors }, k): (BlockSpec & { readonly values: Float32Array })[] => [
    ...Object.entries(parameters).map(([name, { shape }]) => ({ name: weightName(k, name), shape, values: weights[name] })),
    { name: vectorsName(k), shape: [identities.length, vectors.length / Math.max(1, identities.length)], values: vectors },
  ]);
  const header = {
    ...{ medium, names, networkOf: [...networkOf], paths, identities: [...identities], isStandardized },
    ...{ distance: 'cosine', calibration, storedAt: storedAt.toISOString() },
    blocks: blocks.map(({ name, shape }) => ({ name, shape })),
  };
  return seal(
    MAGIC,
    VERSION,
    header,
    blocks.map(({ values }) => values),
  );
}

/** @throws NoteError for a foreign, newer or damaged file */
export function decodeReferences(bytes: Uint8Array, name: string): KnownReferences {
  const found = unseal(MAGIC, VERSION, bytes);
  if (found.kind === 'foreign') throw new NoteError(note(messages.referencesForeign, name));
  if (found.kind === 'newer') throw new NoteError(note(messages.referencesNewer, name, found.version, VERSION));
  const damaged = new NoteError(note(messages.referencesDamaged, name));
  if (found.kind === 'damaged') throw damaged;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), headerSchema), found.header);
  if (!parsed.success) throw damaged;
  const { networkOf, identities, blocks: specs, storedAt: _storedAt, distance: _distance, ...others } = parsed.output;
  const blocks = blocksOf(specs, found.numbers);
  const { names, paths, medium } = others;
  const isSound =
    networkOf.length === names.length && identities.length === paths.length && identities.every(each => each < names.length);
  if (!blocks || !isSound) throw damaged;
  const networks: KnownNetwork[] = [];
  for (let k = 0; k <= Math.max(...networkOf); k++) {
    const weights: Record<string, Float32Array> = {};
    for (const [parameter, { shape }] of Object.entries(identityNetwork(medium).chain.parameters)) {
      const values = blocks.get(weightName(k, parameter));
      if (values?.length !== shape.reduce((a, b) => a * b, 1)) throw damaged;
      weights[parameter] = values;
    }
    const vectors = blocks.get(vectorsName(k));
    if (!vectors || vectors.length === 0 || vectors.length % identities.length !== 0) throw damaged;
    networks.push({ weights, vectors });
  }
  return { ...others, networkOf: Int32Array.from(networkOf), identities: Int32Array.from(identities), networks };
}

/** @throws NoteError where the file cannot be read, or holds something else */
export async function loadReferences(file: string): Promise<KnownReferences> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const said = code === 'ENOENT' ? note(messages.referencesMissing, file) : note(messages.referencesUnreadable, file, code);
    throw new NoteError(said, { cause: error });
  }
  return decodeReferences(bytes, file);
}

/** Written whole or not at all; what stood there is replaced only if it is of this kind. @throws NoteError where that is not possible */
export async function saveReferences(file: string, root: string, known: KnownReferences): Promise<void> {
  const before = await readFile(file).catch(() => undefined);
  if (before && !Buffer.from(before.subarray(0, MAGIC.length)).equals(Buffer.from(MAGIC))) {
    throw new NoteError(note(messages.referencesForeign, file));
  }
  try {
    if (path.dirname(file) === referencesFolder(root)) await ensureTwinlintFolder(root);
    await writeWhole(file, encodeReferences(known, new Date()));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new NoteError(note(messages.referencesUnsaved, file, code), { cause: error });
  }
}
