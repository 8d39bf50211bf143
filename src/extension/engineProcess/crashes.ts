import type { Disposable } from 'vscode';
import type { ScanFlow } from '../scan/scanFlow';
import type { Messenger } from '../util/messages';
import type { Engine } from './engine';

/** Tells when the engine's process ended by itself, and offers to go on. */
export const tellCrashes = (engine: Engine, flow: ScanFlow, messenger: Messenger): Disposable =>
  engine.onDidCrash(({ code, signal, givenUp }) => {
    const { t } = messenger;
    const how = signal === null ? t('exit code {0}', code ?? '?') : t('signal {0}', signal);
    if (givenUp) {
      messenger.error(
        t('The Twinlint engine stopped several times in a row ({0}) and is not started again by itself.', how),
        { label: t('Restart Engine'), run: () => engine.restart().then(() => flow.again()) },
        messenger.showLogChoice(),
      );
      return;
    }
    messenger.error(
      t('The Twinlint engine stopped ({0}); it starts again at the next command.', how),
      { label: t('Run Again'), run: () => flow.again() },
      messenger.showLogChoice(),
    );
  });
