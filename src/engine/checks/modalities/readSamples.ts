import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import type { Note } from '../../../core/dataset/note';
import { note, NoteError } from '../../../core/dataset/note';
import { breathe } from '../../../workspace/breathe';
import type { CheckContext } from '../checkContext';
import type { Sample, SideFile } from './findSamples';
import { logMel, SOUND_RATE } from './logMel';
import type { Spectrogram } from './logMel';
import type { SensorRecord } from './readSensors';
import { readSensors } from './readSensors';
import { readWav } from './readWav';
import { resample } from './resample';
import { agreeColumns, isNote } from './sensorColumns';
import { courseOf } from './sensorCourse';

/** The sounds and the sensor values of the samples of which both can be read. */
export interface SideValues {
  /** Numbers of the samples. */
  readonly readable: readonly number[];
  /** One a readable sample. */
  readonly spectrograms: readonly Spectrogram[];
  readonly courses: readonly Float32Array[];
  /** Columns of a course, means and deviations together. */
  readonly sensors: number;
  /** Equal for equal contents, one a readable sample. */
  readonly contents: { readonly sound: readonly string[]; readonly sensors: readonly string[] };
  readonly findings: readonly CheckFinding[];
}

/** Larger ones are no events but archives; a row of text takes longer to read than as much sound. */
const LARGEST_MB = { sound: 200, sensors: 20 } as const;
/** Of a longer sound, the beginning is listened to. */
const MOST_SECONDS = 30;

/** Something read, with a hash of the file it comes from. */
type Read<T> = { readonly value: T; readonly content: string } | Note;

/** Reads what lies beside the images. @throws the signal's reason when aborted */
export async function readSides(samples: readonly Sample[], context: CheckContext): Promise<SideValues> {
  const { signal, report, onNote } = context;
  const sounds: Read<Spectrogram>[] = [];
  const records: Read<SensorRecord>[] = [];
  for (const [i, { sound, sensors }] of samples.entries()) {
    await breathe();
    signal.throwIfAborted();
    sounds.push(await readSide(sound, LARGEST_MB.sound, listen));
    records.push(await readSide(sensors, LARGEST_MB.sensors, readSensors));
    report('read', (i + 1) / samples.length);
  }
  const readRecords = [...records.keys()].filter(i => !isNote(records[i]));
  const given = readRecords.map(i => (records[i] as Exclude<Read<SensorRecord>, Note>).value);
  const agreed = given.length > 0 ? agreeColumns(given) : undefined;
  readRecords.forEach((i, k) => {
    const record = agreed!.records[k];
    if (isNote(record)) records[i] = record;
  });
  const pathOf = (k: number): string => samples[readRecords[k]].sensors.path;
  if (agreed && agreed.extra.records.length > 0) {
    const { names, records: lacking } = agreed.extra;
    onNote(note(messages.csvExtra, names.join(', '), lacking.length, pathOf(lacking[0])));
  }
  const withText = [...given.keys()].filter(k => given[k].textColumns.length > 0);
  if (withText.length > 0) {
    const names = [...new Set(withText.flatMap(k => given[k].textColumns))];
    onNote(note(messages.csvText, names.join(', '), withText.length, pathOf(withText[0])));
  }
  const findings = samples.flatMap(({ sound, sensors }, i) => {
    const [first, second] = [sounds[i], records[i]];
    return [
      ...(isNote(first) ? [unreadable(sound.path, first)] : []),
      ...(isNote(second) ? [unreadable(sensors.path, second)] : []),
    ];
  });
  const places = new Map(readRecords.map((i, k) => [i, k]));
  const good = [...samples.keys()].flatMap(i => {
    const [sound, record, course] = [sounds[i], records[i], agreed?.records[places.get(i) ?? -1]];
    return isNote(sound) || isNote(record) || !course || isNote(course) ? [] : [{ i, sound, record, course }];
  });
  return {
    readable: good.map(({ i }) => i),
    spectrograms: good.map(({ sound }) => sound.value),
    courses: good.map(({ course }) => courseOf(course)),
    sensors: 2 * (agreed?.count ?? 0),
    contents: { sound: good.map(({ sound }) => sound.content), sensors: good.map(({ record }) => record.content) },
    findings,
  };
}

export const unreadable = (path: string, message: Note): CheckFinding => ({
  id: checkFindingId('modality-unreadable', path),
  kind: 'modality-unreadable',
  path,
  related: [],
  score: 1,
  message,
});

function listen(bytes: Uint8Array): Spectrogram {
  const { samples, rate } = readWav(bytes);
  return logMel(resample(samples.subarray(0, MOST_SECONDS * rate), rate, SOUND_RATE));
}

async function readSide<T>({ absolute }: SideFile, mostMegabytes: number, parse: (bytes: Uint8Array) => T): Promise<Read<T>> {
  try {
    const megabytes = (await stat(absolute)).size / 1e6;
    if (megabytes > mostMegabytes) return note(messages.fileTooLarge, Math.round(megabytes), mostMegabytes);
    const bytes = await readFile(absolute);
    return { value: parse(bytes), content: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if (error instanceof NoteError) return error.note;
    return note(messages.fileUnreadable, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}
