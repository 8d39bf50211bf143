import { captionMessages as messages } from '../../../core/checks/captionMessages';
import { shortCaption } from '../../../core/checks/captionText';
import type { CheckFinding } from '../../../core/checks/checkFinding';
import { checkFindingId } from '../../../core/checks/checkFinding';
import { note } from '../../../core/dataset/note';
import { displayDistance } from '../../../core/findings/findingMessage';
import type { CheckContext } from '../checkContext';
import type { Captioned } from './captionFiles';
import type { TwinOptions } from './captionTwins';
import { findCaptionTwins } from './captionTwins';
import type { CaptionMaterial } from './learnFit';

/** Below, too little shows what captions of this data set look like; only equal ones are found. */
const FEWEST_CAPTIONS = 20;
/** All pairs of so many are compared in a few seconds. */
const MOST_CAPTIONS = 5000;
/** Of a training budget; and without one. */
const SHARE_OF_BUDGET = 0.15;
const STEPS = 400;
/** Files that one finding names. */
const MOST_RELATED = 5;

export interface DuplicateOptions extends Pick<TwinOptions, 'pieces' | 'length' | 'runtime' | 'seed'> {
  /** Of the whole check's training. */
  readonly seconds: number | undefined;
}

/**
 * Different pictures whose captions are equal or say nearly the same. Near-duplicate pictures may well share one.
 * @throws the signal's reason when aborted
 */
export async function findDuplicates(
  shown: readonly Captioned[],
  material: CaptionMaterial,
  options: DuplicateOptions,
  { signal, report, onNote }: CheckContext,
): Promise<CheckFinding[]> {
  const { captions, captionOf, groups } = material;
  /** For each caption, one picture of each group that carries it. */
  const carriers = captions.map((): number[] => []);
  captionOf.forEach((caption, image) => {
    if (!carriers[caption].some(other => groups[other] === groups[image])) carriers[caption].push(image);
  });
  const pathOf = (image: number): string => shown[image].candidate.file.path;
  const findings = carriers.flatMap((images, caption) => equalCaptions(captions[caption], images.map(pathOf)));
  if (captions.length < FEWEST_CAPTIONS) return findings;
  if (captions.length > MOST_CAPTIONS) onNote(note(messages.capped, MOST_CAPTIONS));
  const limit = options.seconds === undefined ? { steps: STEPS } : { seconds: options.seconds * SHARE_OF_BUDGET };
  const twins = await findCaptionTwins({
    ...options,
    captions: captions.slice(0, MOST_CAPTIONS),
    limit,
    signal,
    onProgress: share => report('group', share),
  });
  for (const { first, second, distance } of twins) {
    const image = carriers[second].find(each => groups[each] !== groups[carriers[first][0]]);
    if (image === undefined) continue;
    const [path, other] = [pathOf(image), pathOf(carriers[first][0])];
    const args = [shortCaption(captions[second]), other, shortCaption(captions[first]), displayDistance(distance)] as const;
    findings.push({
      id: checkFindingId('caption-duplicate', path, captions[second], captions[first]),
      kind: 'caption-duplicate',
      path,
      related: [{ path: other, distance }],
      score: Math.exp(-distance),
      message: note(messages.duplicateNear, ...args),
    });
  }
  return findings;
}

function equalCaptions(caption: string, paths: readonly string[]): CheckFinding[] {
  const [path, ...others] = paths;
  if (others.length === 0) return [];
  return [
    {
      id: checkFindingId('caption-duplicate', path, caption),
      kind: 'caption-duplicate',
      path,
      related: others.slice(0, MOST_RELATED).map(other => ({ path: other, distance: 0 })),
      score: 1,
      message: note(messages.duplicateSame, shortCaption(caption), others.length, others[0]),
    },
  ];
}
