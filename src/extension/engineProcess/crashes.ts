import { commands as vscodeCommands } from 'vscode';
import type { Disposable } from 'vscode';
import { commands } from '../../core/commands';
import type { Messenger } from '../util/messages';
import type { Engine } from './engine';
import { isGivenUp } from './errors';

/** Tells when the engine's process ended by itself, and offers to go on. */
export const tellCrashes = (engine: Engine, runAgain: () => Promise<void>, messenger: Messenger): Disposable =>
  engine.onDidCrash(({ code, signal, givenUp }) => {
    if (givenUp) {
      tellGivenUp(messenger);
      return;
    }
    const { t } = messenger;
    const how = signal === null ? t('exit code {0}', code ?? '?') : t('signal {0}', signal);
    messenger.error(
      t('The Twinlint engine stopped ({0}); it starts again at the next command.', how),
      { label: t('Run Again'), run: runAgain },
      messenger.showLogChoice(),
    );
  });

/** A request failed because the engine ended. That has been told already, unless the engine was not even started. */
export function tellEngineLoss(error: unknown, messenger: Messenger): void {
  if (isGivenUp(error)) tellGivenUp(messenger);
}

/** VS Code shows equal notifications once. */
function tellGivenUp(messenger: Messenger): void {
  const { t } = messenger;
  messenger.error(
    t('The Twinlint engine stopped several times in a row and is not started again by itself.'),
    { label: t('Restart Engine'), run: () => vscodeCommands.executeCommand(commands.restartEngine.id) },
    messenger.showLogChoice(),
  );
}
