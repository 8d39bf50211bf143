import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import { trainingMessages as messages } from '../../core/training/messages';
import type { Shape3 } from '../model/layers/layer';
import { DEFAULT_INPUT } from '../model/networks';
import type { ModelNetworkName, NetworkName } from '../model/networks';
import type { PictureLook } from './readPictures';

export interface NetworkChoice {
  readonly network: ModelNetworkName;
  readonly input: Shape3;
  /** Where it was chosen, why. */
  readonly reason?: Note;
}

export interface TrainingOutlook {
  /** Altered views are learned from. */
  readonly fromViews?: boolean;
  /** Class folders are learned from. */
  readonly fromLabels?: boolean;
  /** The time there is, where it is time that is given. */
  readonly seconds?: number;
  /** How many pictures there are. */
  readonly pictures?: number;
}

/** Grey pictures up to this size go to the chapter's network, coloured ones to `small`. */
const TINY = 40;
/**
 * With so much time, so many grey pictures and their classes, `deep` is a little ahead of the chapter's network (docs/ENGINE.md). With
 * less time it is behind; fewer pictures were not measured.
 */
const DEEP = { seconds: 150, pictures: 8000 };
/** Up to this size: `small`, at twice its usual input. */
const SMALL = 80;

/**
 * Altered views of photographs are learned at 64 pixels a side: a step takes less than half as long as at 96, and in a minute the model
 * tells more of them apart (docs/UNLABELED.md).
 */
const VIEWS_INPUT: Shape3 = [64, 64, 3];

/**
 * The network that was asked for, or the one that suits the pictures.
 */
export function chooseNetwork(
  looks: readonly PictureLook[],
  asked?: NetworkName,
  { fromViews = false, fromLabels = false, seconds = 0, pictures = 0 }: TrainingOutlook = {},
): NetworkChoice {
  const input = (network: NetworkName): Shape3 => (fromViews && network === 'photo' ? VIEWS_INPUT : inputOf(network, looks));
  if (asked) return { network: asked, input: input(asked) };
  const width = median(looks.map(look => look.width));
  const height = median(looks.map(look => look.height));
  const side = Math.max(width, height);
  if (isTinyGrey(looks)) {
    if (fromLabels && !fromViews && seconds >= DEEP.seconds && pictures >= DEEP.pictures) {
      return { network: 'deep', input: input('deep'), reason: note(messages.networkChosenDeep, 'deep', width, height) };
    }
    return {
      network: 'chapter',
      input: DEFAULT_INPUT.chapter,
      reason: note(messages.networkChosenGrey, 'chapter', width, height),
    };
  }
  const network = side > 0 && side <= SMALL ? 'small' : 'photo';
  return { network, input: input(network), reason: note(messages.networkChosen, network, width, height) };
}

const sideOf = (looks: readonly PictureLook[]): number => median(looks.map(({ width, height }) => Math.max(width, height)));
const isTinyGrey = (looks: readonly PictureLook[]): boolean =>
  looks.length > 0 && looks.every(look => look.isGrey) && sideOf(looks) <= TINY;

function inputOf(network: NetworkName, looks: readonly PictureLook[]): Shape3 {
  if (network === 'deep' && isTinyGrey(looks)) return DEFAULT_INPUT.chapter;
  if (network !== 'small') return DEFAULT_INPUT[network];
  return sideOf(looks) > TINY ? [64, 64, 3] : DEFAULT_INPUT.small;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
