import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import type { Modality } from '../../../core/checks/modalityNames';
import { modalities } from '../../../core/checks/modalityNames';
import { extensionOf, imageKindOf } from '../../../core/dataset/imageFiles';
import { note, NoteError } from '../../../core/dataset/note';
import { folderOf } from '../../../core/dataset/paths';
import type { Candidate } from '../../trainingService/listPictures';
import type { CheckContext } from '../checkContext';

/** A file beside an image. */
export interface SideFile {
  /** Below the root, with "/". */
  readonly path: string;
  readonly absolute: string;
}

/** An image, a sound and sensor values of one name. */
export interface Sample {
  /** The path of all three without their endings. */
  readonly name: string;
  readonly image: Candidate;
  readonly sound: SideFile;
  readonly sensors: SideFile;
}

export interface FoundSamples {
  readonly samples: readonly Sample[];
  /** Samples of which two of three are there, or all. */
  readonly known: number;
  /** Of samples that lack one of three. */
  readonly findings: readonly CheckFinding[];
}

/** What lacks is told as long as this share of the samples has all: else the others are not meant to. */
const LEAST_COMPLETE = 0.5;
const missingMessages: Readonly<Record<Modality, string>> = {
  image: messages.imageMissing,
  sound: messages.soundMissing,
  sensors: messages.sensorsMissing,
};

type Members = { readonly name: string } & { image?: Candidate; sound?: SideFile; sensors?: SideFile };

const withoutExtension = (file: string): string => file.slice(0, file.length - extensionOf(file).length - 1);
/** In any case of letters: `Weld.PNG` belongs to `weld.wav`. */
const keyOf = (file: string): string => withoutExtension(file).toLowerCase();

/**
 * Files of one base name in one folder: an image, a `.wav` and a `.csv`. Folders without any image are not looked into.
 * @throws NoteError where no sample is complete; the signal's reason when aborted
 */
export async function findSamples(candidates: readonly Candidate[], { signal, onNote }: CheckContext): Promise<FoundSamples> {
  const groups = new Map<string, Members>();
  const doubles: string[] = [];
  for (const image of candidates) {
    const { path: at } = image.file;
    if (groups.has(keyOf(at))) doubles.push(at);
    else groups.set(keyOf(at), { name: withoutExtension(at), image });
  }
  if (doubles.length > 0) onNote(note(messages.severalImages, doubles.length, doubles[0]));
  const folders = new Map(candidates.map(({ file }) => [folderOf(file.path), path.dirname(file.absolute)]));
  /** Names of images that were not listed, since a rule leaves them out. */
  const leftOut = new Set<string>();
  for (const [folder, absolute] of folders) {
    signal.throwIfAborted();
    for (const file of (await readdir(absolute)).sort()) {
      const below = folder === '' ? file : `${folder}/${file}`;
      const extension = extensionOf(file);
      if (extension !== 'wav' && extension !== 'csv') {
        if (imageKindOf(file) && !groups.get(keyOf(below))?.image) leftOut.add(keyOf(below));
        continue;
      }
      const members = groups.get(keyOf(below)) ?? { name: withoutExtension(below) };
      groups.set(keyOf(below), members);
      members[extension === 'wav' ? 'sound' : 'sensors'] ??= { path: below, absolute: path.join(absolute, file) };
    }
  }
  const all = [...groups].flatMap(([key, members]) => (leftOut.has(key) ? [] : [members]));
  const samples = all.flatMap(({ name, image, sound, sensors }): Sample[] =>
    image && sound && sensors ? [{ name, image, sound, sensors }] : [],
  );
  if (samples.length === 0) throw new NoteError(note(messages.noSamples));
  const partial = all.filter(members => modalities.filter(each => members[each]).length === 2);
  const alone = all.filter(({ image, sound, sensors }) => image && !sound && !sensors).length;
  if (alone > 0) onNote(note(messages.images, alone));
  const known = samples.length + partial.length;
  const share = samples.length / known;
  return { samples, known, findings: share < LEAST_COMPLETE ? [] : partial.map(each => missing(each, samples.length, known)) };
}

function missing(members: Members, complete: number, known: number): CheckFinding {
  const lacking = modalities.find(each => !members[each])!;
  const paths = [members.image?.file.path, members.sound?.path, members.sensors?.path].filter(each => each !== undefined);
  const [at, ...others] = paths;
  return {
    id: checkFindingId('modality-missing', at, lacking),
    kind: 'modality-missing',
    path: at,
    related: others.map(each => ({ path: each })),
    // The fewer are complete, the less it is missed.
    score: complete / known,
    message: note(missingMessages[lacking], members.name, complete, known),
  };
}
