import { commands as vscodeCommands } from 'vscode';
import type { Disposable } from 'vscode';
import { allCommandNames, commands, type CommandName } from '../../core/commands';
import { tellEngineLoss } from '../engineProcess/crashes';
import { isCancellation, isEngineLoss } from '../engineProcess/errors';
import type { Messenger } from '../util/messages';

/** Arguments come from menus, links, keybindings and other extensions: each handler looks at what it was given. */
export type Handlers = Readonly<Record<CommandName, (...args: unknown[]) => unknown>>;

/** Those of some commands; rooms of the host bring their own. */
export type HandlersOf<N extends CommandName> = Pick<Handlers, N>;

/** Registers every command of the table; a failure is told in words, with the way to the log. */
export function registerCommands(handlers: Handlers, messenger: Messenger): Disposable[] {
  return allCommandNames.map(name =>
    vscodeCommands.registerCommand(commands[name].id, async (...args: unknown[]) => {
      try {
        return await handlers[name](...args);
      } catch (error) {
        if (isCancellation(error)) return undefined;
        if (isEngineLoss(error)) tellEngineLoss(error, messenger);
        else messenger.failure(messenger.t('"{0}" failed.', messenger.t(commands[name].title)), error);
        return undefined;
      }
    }),
  );
}
