import { readFile, stat } from 'node:fs/promises';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { identityMessages as messages } from '../../../core/checks/identityMessages';
import type { Strokes } from '../../../core/checks/strokes';
import { parseStrokes } from '../../../core/checks/strokes';
import type { Note } from '../../../core/dataset/note';
import { note } from '../../../core/dataset/note';
import type { ScanRoot } from '../../../protocol/engine';
import type { Shape3 } from '../../model/layers/layer';
import type { SeededRandom } from '../../samplers/random';
import { brightness } from '../../training/alterations/brightness';
import { colour } from '../../training/alterations/colour';
import { crop } from '../../training/alterations/crop';
import { grey } from '../../training/alterations/grey';
import { placed } from '../../training/alterations/placed';
import { turn } from '../../training/alterations/turn';
import { ByteImages } from '../../training/images';
import type { CheckContext } from '../checkContext';
import type { IdentityFile } from './listIdentities';
import type { Medium } from './medium';
import { shapeOf, sizeOfFile } from './medium';
import { writeStrokes } from './strokeFeatures';

/** What networks are fed: files by their numbers. */
export interface FileInputs {
  /** Writes one file's numbers. @param random for alterations when learning; absent when embedding */
  write(file: number, into: Float32Array, offset: number, random?: SeededRandom): void;
}

export interface IdentitiesRead {
  readonly inputs: FileInputs;
  /** By the files' numbers. */
  readonly isReadable: readonly boolean[];
  /** One for each file that could not be read. */
  readonly findings: readonly CheckFinding[];
}

const LARGEST_STROKES_MB = 8;
/** What hands, cameras and scanners change, and a mirror does not: a mirrored signature is another. */
const ALTERATIONS = [placed([turn(0.4, 10), crop(0.5, 0.2)]), colour(0.5, 60), brightness(0.5, 0.3), grey(0.3)];

/** @throws the signal's reason when aborted */
export const readIdentities = (
  medium: Medium,
  root: ScanRoot,
  files: readonly IdentityFile[],
  context: CheckContext,
): Promise<IdentitiesRead> => (medium === 'images' ? readImages(root, files, context) : readStrokes(files, context));

const unreadable = (path: string, message: Note): CheckFinding => ({
  id: checkFindingId('identity-unreadable', path),
  kind: 'identity-unreadable',
  path,
  related: [],
  score: 1,
  message,
});

async function readImages(
  root: ScanRoot,
  files: readonly IdentityFile[],
  { reader, signal, report }: CheckContext,
): Promise<IdentitiesRead> {
  const shape = shapeOf('images') as Shape3;
  const size = sizeOfFile('images');
  const { bytes, reads } = await reader.readAll({
    candidates: files.map(({ file }) => ({ file })),
    shape,
    maxPixels: [root.settings.maxPixels],
    onProgress: (done, total) => report('read', done / total),
    signal,
  });
  const images = new ByteImages(bytes, shape);
  return {
    isReadable: reads.map(({ content }) => content !== ''),
    findings: reads.flatMap(({ content, problem }, i) =>
      content === ''
        ? [unreadable(files[i].file.path, note(messages.unreadable, problem?.detail || (problem?.reason ?? '?')))]
        : [],
    ),
    inputs: {
      write(file, into, offset, random) {
        images.read(file, into, offset);
        if (random) for (const alter of ALTERATIONS) alter(into, offset, shape, random);
        if (into.length < offset + size) throw new RangeError('A picture goes beyond its batch.');
      },
    },
  };
}

async function readStrokes(files: readonly IdentityFile[], { signal, report }: CheckContext): Promise<IdentitiesRead> {
  const read: (Strokes | undefined)[] = [];
  const findings: CheckFinding[] = [];
  for (const [i, { file }] of files.entries()) {
    signal.throwIfAborted();
    const result = await readOne(file.absolute);
    read.push('strokes' in result ? result.strokes : undefined);
    if ('problem' in result) findings.push(unreadable(file.path, result.problem));
    report('read', (i + 1) / files.length);
  }
  return {
    isReadable: read.map(each => each !== undefined),
    findings,
    inputs: { write: (file, into, offset, random) => writeStrokes(read[file]!, into, offset, random) },
  };
}

async function readOne(absolute: string): Promise<ReturnType<typeof parseStrokes>> {
  try {
    const { size } = await stat(absolute);
    const megabytes = size / 2 ** 20;
    if (megabytes > LARGEST_STROKES_MB) {
      return { problem: note(messages.strokesLarge, megabytes.toFixed(1), LARGEST_STROKES_MB) };
    }
    return parseStrokes(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(absolute)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      problem:
        code === undefined || code.startsWith('ERR_ENCODING') ? note(messages.strokesNoText) : note(messages.unreadable, code),
    };
  }
}
