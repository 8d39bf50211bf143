import { QuickPickItemKind, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import {
  alterationNames,
  distanceNames,
  lossNames,
  networkNames,
  type AlterationName,
  type DistanceName,
  type LossName,
  type NetworkName,
} from '../../core/training/names';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { ModelRow } from '../../protocol/panelTraining';
import type { Words } from '../scan/scanText';
import { pickBackbone, type BackboneChoice } from './backbonePick';
import type { LearnOption } from './learnOptions';
import { presetSeconds, type Preset } from './trainSettings';

const longestSeconds = 86_400;
/** In place of a file to start from, which is an absolute path: the choice that asks for a backbone. */
const BACKBONE = 'backbone';

/** Asks what to learn from. What is not possible stands below, with the reason; choosing it comes to nothing. */
export async function pickLearnFrom(options: readonly LearnOption[], { t }: Words): Promise<LearnOption | undefined> {
  const item = (option: LearnOption): QuickPickItem & { option: LearnOption } => ({
    label: option.problem === undefined ? option.label : `$(circle-slash) ${option.label}`,
    description: option.description,
    detail: option.problem ?? option.detail,
    option,
  });
  const possible = options.filter(option => option.problem === undefined).map(item);
  const impossible = options.filter(option => option.problem !== undefined).map(item);
  const separator = { label: t('Not possible yet'), kind: QuickPickItemKind.Separator, option: undefined };
  const items = impossible.length > 0 ? [...possible, separator, ...impossible] : possible;
  const picked = await window.showQuickPick(items, {
    title: t('Train (1/2)'),
    placeHolder: t('Choose what to learn from'),
    matchOnDescription: true,
  });
  return picked?.option;
}

/** What an experienced person may want to choose; absent = what suits the images. */
export interface Advanced extends Partial<BackboneChoice> {
  readonly network?: NetworkName;
  readonly loss?: LossName;
  readonly distance?: DistanceName;
  /** A model file, or `starter`. */
  readonly startFrom?: string;
}

export interface Length extends Advanced {
  readonly seconds: number;
}

/**
 * Asks how long to learn, with a way to choose more. Undefined: the user thought better of it.
 * @param canHaveBackbone whether what is learned from goes together with a pretrained network
 */
export async function pickLength(
  preset: Preset,
  models: readonly ModelRow[],
  canHaveBackbone: boolean,
  words: Words,
): Promise<Length | undefined> {
  const { t } = words;
  const labels: Readonly<Record<Preset, { readonly label: string; readonly detail: string }>> = {
    quick: { label: t('Quick'), detail: t('To see whether there is anything to learn.') },
    standard: { label: t('Standard'), detail: t('Enough for most data sets.') },
    thorough: { label: t('Thorough'), detail: t('For the last few percent.') },
  };
  const presets = (Object.keys(presetSeconds) as Preset[]).map(id => ({
    ...labels[id],
    description: durationText(presetSeconds[id], words),
    id,
  }));
  // The usual one first: Enter takes it.
  presets.sort((a, b) => Number(b.id === preset) - Number(a.id === preset));
  let advanced: Advanced = {};
  for (;;) {
    const isDefault = Object.keys(advanced).length === 0;
    const picked = await window.showQuickPick(
      [
        ...presets,
        { label: t('Another length…'), id: 'custom' as const },
        {
          label: t('Advanced…'),
          description: isDefault ? t('loss, distance, network, where to start from') : Object.values(advanced).join(', '),
          id: 'advanced' as const,
        },
      ],
      { title: t('Train (2/2)'), placeHolder: t('Choose how long to learn; you can stop at any time and keep the best so far') },
    );
    if (!picked) return undefined;
    if (picked.id === 'advanced') {
      advanced = (await pickAdvanced(models, canHaveBackbone, words)) ?? advanced;
      continue;
    }
    const seconds = picked.id === 'custom' ? await askSeconds(words) : presetSeconds[picked.id];
    if (seconds !== undefined) return { ...advanced, seconds };
  }
}

export function durationText(seconds: number, { t }: Words): string {
  return seconds < 120 ? t('{0} s', seconds) : t('{0} min', Math.round(seconds / 60));
}

async function askSeconds({ t }: Words): Promise<number | undefined> {
  const isValid = (text: string): boolean =>
    text.trim() !== '' && Number(text) >= 1 && Number(text) <= longestSeconds && Number.isFinite(Number(text));
  const typed = await window.showInputBox({
    title: t('Seconds to learn'),
    value: '120',
    validateInput: text => (isValid(text) ? undefined : t('Type a number from {0} to {1}.', 1, longestSeconds)),
  });
  return typed !== undefined && isValid(typed) ? Number(typed) : undefined;
}

async function pickAdvanced(models: readonly ModelRow[], canHaveBackbone: boolean, words: Words): Promise<Advanced | undefined> {
  const { t } = words;
  const automatic = { label: t('Automatic'), description: t('what suits the images'), value: undefined };
  const choose = async <T extends string>(
    title: string,
    items: readonly { readonly label: string; readonly description?: string; readonly value: T }[],
  ): Promise<{ readonly value: T | undefined } | undefined> => window.showQuickPick([automatic, ...items], { title });
  const named = <T extends string>(
    names: readonly T[],
    textOf: (name: T) => string,
  ): { label: string; description: string; value: T }[] =>
    names.map(value => ({ label: value, description: textOf(value), value }));

  const network = await choose(
    t('Network'),
    named(networkNames, name => networkText(name, words)),
  );
  if (!network) return undefined;
  const loss = await choose(
    t('Loss'),
    named(lossNames, name => lossText(name, words)),
  );
  if (!loss) return undefined;
  const distance = await choose(
    t('Distance'),
    named(distanceNames, name => distanceText(name, words)),
  );
  if (!distance) return undefined;
  const start = await choose(t('Start from'), [
    { label: t('Starter'), description: t('the encoder that comes with Twinlint'), value: 'starter' },
    ...(canHaveBackbone
      ? [
          {
            label: t('A pretrained network (ONNX or TensorFlow.js)…'),
            description: t('stays as it is; a small head on top of it learns'),
            value: BACKBONE,
          },
        ]
      : []),
    ...models.map(({ name, info }) => ({ label: name, description: info.relation, value: info.path })),
  ]);
  if (!start) return undefined;
  if (start.value === BACKBONE) {
    const backbone = await pickBackbone(words);
    // It takes the network's place.
    return (
      backbone && { ...(loss.value && { loss: loss.value }), ...(distance.value && { distance: distance.value }), ...backbone }
    );
  }
  return {
    ...(network.value && { network: network.value }),
    ...(loss.value && { loss: loss.value }),
    ...(distance.value && { distance: distance.value }),
    ...(start.value && { startFrom: start.value }),
  };
}

/** What two copies of a picture may differ in: mirrored and turned ones are other pictures unless the scan's settings say that they are the same. */
export const usualAlterations = ({ mirrors, turns }: Pick<ScanSettings, 'mirrors' | 'turns'>): readonly AlterationName[] =>
  alterationNames.filter(name => (name === 'mirror' ? mirrors : name === 'quarter-turn' ? turns : true));

/** Asks which changes of a picture the model is to ignore. Undefined: the user thought better of it. */
export async function pickAlterations(
  settings: Pick<ScanSettings, 'mirrors' | 'turns'>,
  words: Words,
): Promise<readonly AlterationName[] | undefined> {
  const { t } = words;
  const usual = usualAlterations(settings);
  for (;;) {
    const picked = await window.showQuickPick(
      alterationNames.map(name => ({ label: alterationText(name, words), picked: usual.includes(name), name })),
      {
        title: t('Changes to ignore'),
        placeHolder: t('Two pictures that differ in nothing but these count as the same'),
        canPickMany: true,
      },
    );
    if (!picked) return undefined;
    if (picked.length > 0) return picked.map(({ name }) => name);
    void window.showWarningMessage(t('Choose at least one change: without any there is nothing to learn.'));
  }
}

function alterationText(name: AlterationName, { t }: Words): string {
  const texts: Readonly<Record<AlterationName, () => string>> = {
    crop: () => t('Crops'),
    mirror: () => t('Mirroring'),
    turn: () => t('Slight turns'),
    'quarter-turn': () => t('Turns by 90, 180 and 270 degrees'),
    colour: () => t('Other colours'),
    brightness: () => t('Brightness and contrast'),
    grey: () => t('Grey instead of colour'),
    blur: () => t('Blur'),
    noise: () => t('Noise'),
    compression: () => t('Strong compression'),
    border: () => t('Borders and frames'),
    text: () => t('Captions'),
    watermark: () => t('Watermarks'),
  };
  return texts[name]();
}

function networkText(name: NetworkName, { t }: Words): string {
  const texts: Readonly<Record<NetworkName, () => string>> = {
    chapter: () => t('28 × 28 pixels, grey'),
    'chapter-noisy': () => t('28 × 28 pixels, grey, with noise while learning'),
    small: () => t('small colour pictures'),
    deep: () => t('classes of small pictures'),
    photo: () => t('photographs'),
    starter: () => t('the starter'),
  };
  return texts[name]?.() ?? '';
}

function lossText(name: LossName, { t }: Words): string {
  const texts: Readonly<Record<LossName, () => string>> = {
    contrastive: () => t('pairs: similar ones together, others beyond a margin'),
    'binary-cross-entropy': () => t('pairs: probability of "similar"'),
    triplet: () => t('an image nearer to its like than to another, by a margin'),
    'soft-margin-triplet': () => t('the same without a margin'),
    'batch-hard-triplet': () => t('the hardest triplet of each image'),
    'ratio-triplet': () => t('the share of the like one in both distances, squared'),
    'compact-triplet': () => t('by a margin, and a class close together'),
    'nt-xent': () => t('each image finds its like among all others'),
  };
  return texts[name]?.() ?? '';
}

function distanceText(name: DistanceName, { t }: Words): string {
  const texts: Readonly<Record<DistanceName, () => string>> = {
    euclidean: () => t('straight line'),
    'squared-euclidean': () => t('straight line, squared'),
    cosine: () => t('angle'),
    manhattan: () => t('sum of the differences'),
    exponential: () => t('0 to 1, from the sum of the differences'),
  };
  return texts[name]?.() ?? '';
}
