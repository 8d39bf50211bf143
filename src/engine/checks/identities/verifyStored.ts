import { identityMessages as messages } from '../../../core/checks/identityMessages';
import { note, NoteError } from '../../../core/dataset/note';
import type { Runtime } from '../../runtime/runtime';
import type { CheckContext } from '../checkContext';
import { identityNetwork } from './identityNetworks';
import type { Question } from './judgeIdentities';
import type { KnownReferences } from './knownReferences';
import type { Identities } from './listIdentities';
import type { FileInputs } from './readIdentities';
import { embedFiles } from './trainIdentities';

/** Files as stored references know them: only folders whose names are stored, by the stored numbers. @param file for messages */
export function namedAsStored(listed: Identities, known: KnownReferences, file: string, { onNote }: CheckContext): Identities {
  if (listed.medium !== known.medium) {
    throw new NoteError(note(known.medium === 'images' ? messages.referencesOfImages : messages.referencesOfStrokes, file));
  }
  const numberOf = new Map(known.names.map((name, i) => [name, i]));
  const strange = listed.names.filter(name => !numberOf.has(name));
  if (strange.length === listed.names.length) {
    throw new NoteError(note(messages.referencesNoneKnown, file, known.names.length, known.names[0]));
  }
  if (strange.length > 0) onNote(note(messages.referencesUnknown, strange.length, strange[0]));
  const files = listed.files.flatMap(each => {
    const identity = numberOf.get(listed.names[each.identity]);
    return identity === undefined ? [] : [{ ...each, identity }];
  });
  return { medium: listed.medium, names: known.names, files };
}

/** One a file, of a vector by the network that has not seen its identity. @throws the signal's reason when aborted */
export async function askStored(
  known: KnownReferences,
  { files }: Identities,
  asked: readonly number[],
  inputs: FileInputs,
  runtime: Runtime,
  { signal, report }: CheckContext,
): Promise<Question[]> {
  const questions: Question[] = [];
  const referenceOf = new Map(known.paths.map((path, reference) => [path, reference]));
  const network = identityNetwork(known.medium);
  for (const [k, { weights }] of known.networks.entries()) {
    const own = Int32Array.from(asked.filter(i => known.networkOf[files[i].identity] === k));
    if (own.length === 0) continue;
    const vectors = await embedFiles({ network, runtime, inputs, signal }, weights, own);
    const size = vectors.length / own.length;
    own.forEach((file, at) => {
      const {
        identity,
        file: { path },
      } = files[file];
      questions.push({
        file,
        identity,
        vector: vectors.subarray(at * size, (at + 1) * size),
        reference: referenceOf.get(path) ?? -1,
      });
    });
    report('judge', (0.7 * (k + 1)) / known.networks.length);
  }
  return questions;
}
