import { QuickPickItemKind, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import { pairNetworkNames, type PairNetworkName } from '../../core/training/names';
import type { Words } from '../scan/scanText';
import { durationText } from './trainPicks';

/** The usual one first: Enter takes it. */
const usualNetwork: PairNetworkName = 'two-channel';
const lengthsInSeconds = [60, 30, 120, 300] as const;

export type RescorerChoice = { readonly kind: 'stop' } | { readonly kind: 'train'; readonly network: PairNetworkName };

/**
 * Asks which network is to learn to judge pairs.
 * @param inUse the name of the one that does so already: to stop using it is offered first
 */
export async function pickRescorer(inUse: string | undefined, words: Words): Promise<RescorerChoice | undefined> {
  const { t } = words;
  const networks = [usualNetwork, ...pairNetworkNames.filter(name => name !== usualNetwork)];
  const items: (QuickPickItem & { readonly choice?: RescorerChoice })[] = networks.map(network => ({
    label: network,
    detail: pairNetworkText(network, words),
    choice: { kind: 'train', network },
  }));
  if (inUse !== undefined) {
    items.unshift(
      {
        label: `$(circle-slash) ${t('Stop using {0}', inUse)}`,
        detail: t('Pairs keep the distances that the scan measured.'),
        choice: { kind: 'stop' },
      },
      { label: t('Train another one'), kind: QuickPickItemKind.Separator },
    );
  }
  const picked = await window.showQuickPick(items, {
    title: t('Train Re-Scorer (1/2)'),
    placeHolder: t('Choose a network that looks at both pictures of a pair at once'),
  });
  return picked?.choice;
}

/** Asks how long to learn. */
export async function pickRescorerSeconds(words: Words): Promise<number | undefined> {
  const { t } = words;
  const picked = await window.showQuickPick(
    lengthsInSeconds.map(seconds => ({ label: durationText(seconds, words), seconds })),
    { title: t('Train Re-Scorer (2/2)'), placeHolder: t('Choose how long to learn; cancelled, it writes nothing') },
  );
  return picked?.seconds;
}

function pairNetworkText(name: PairNetworkName, { t }: Words): string {
  const texts: Readonly<Record<PairNetworkName, () => string>> = {
    'two-channel': () => t('Both pictures as the layers of one: compared place by place.'),
    siamese: () => t('Each picture by the same tower; what the two say is compared.'),
    'pseudo-siamese': () => t('Each picture by a tower of its own; what the two say is compared.'),
    'two-stream': () => t('The middle of each picture closely and all of it coarsely, each by one tower.'),
    'two-channel-two-stream': () => t('Both pictures as one, the middle closely and all of it coarsely.'),
    spp: () => t('Pictures in their own shape instead of squashed to a square, each by the same tower.'),
    'two-channel-spp': () => t('Both pictures as one, in their own shape instead of squashed to a square.'),
  };
  return texts[name]();
}
