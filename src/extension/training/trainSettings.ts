import { workspace } from 'vscode';
import { runtimeNames, type RuntimeName } from '../../core/training/names';
import { settingsSection, trainSettings } from '../contributions';

/** How long each preset trains. */
export const presetSeconds = { quick: 15, standard: 60, thorough: 300 } as const;
export type Preset = keyof typeof presetSeconds;

export interface TrainSettings {
  readonly preset: Preset;
  readonly seed: number;
  /** `better`: at once, unless it is known to do worse. */
  readonly activate: 'better' | 'ask' | 'never';
  readonly runtime: RuntimeName | 'auto';
}

/** The editor's settings; a value that is none of the choices counts as the default. */
export function readTrainSettings(): TrainSettings {
  const configuration = workspace.getConfiguration(settingsSection);
  const oneOf = <T extends string>(key: keyof typeof trainSettings, choices: readonly T[]): T => {
    const value = configuration.get<unknown>(key, trainSettings[key]);
    return choices.find(choice => choice === value) ?? (trainSettings[key] as T);
  };
  const seed = configuration.get<unknown>('train.seed', trainSettings['train.seed']);
  return {
    preset: oneOf('train.preset', Object.keys(presetSeconds) as Preset[]),
    seed: typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 ? seed : trainSettings['train.seed'],
    activate: oneOf('train.activate', ['better', 'ask', 'never']),
    runtime: oneOf('train.runtime', ['auto', ...runtimeNames]),
  };
}
