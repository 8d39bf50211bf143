import { commands as vscodeCommands, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { commands } from '../../core/commands';
import type { Translate } from '../../core/l10n';
import type { ScanNote } from '../../protocol/engine';
import { wordsOf } from '../engineProcess/errors';

/** A button of a notification. */
export interface Choice {
  readonly label: string;
  readonly run: () => unknown;
}

/** Notifications: never waited for, and what their buttons start reports its own failures. */
export class Messenger {
  constructor(
    private readonly log: LogOutputChannel,
    readonly t: Translate,
  ) {}

  info(text: string, ...choices: Choice[]): void {
    this.log.info(text);
    this.offer(window.showInformationMessage(text, ...choices.map(choice => choice.label)), choices);
  }

  warn(text: string, ...choices: Choice[]): void {
    this.log.warn(text);
    this.offer(window.showWarningMessage(text, ...choices.map(choice => choice.label)), choices);
  }

  error(text: string, ...choices: Choice[]): void {
    this.log.error(text);
    this.offer(window.showErrorMessage(text, ...choices.map(choice => choice.label)), choices);
  }

  /** Something failed that should not have: its words, and the way to the log. */
  failure(text: string, error: unknown): void {
    this.log.error(error instanceof Error ? error : String(error));
    this.error(`${text} ${wordsOf(error, this.t)}`.trim(), this.showLogChoice());
  }

  /** Things to tell once; many of them as one message that leads to the log. */
  notes(notes: readonly ScanNote[]): void {
    const texts = notes.map(note => this.t(note.message, ...note.args));
    if (texts.length > 3) {
      for (const text of texts) this.log.warn(text);
      this.warn(this.t('{0} (and {1} more such lines, in the log)', texts[0], texts.length - 1), this.showLogChoice());
    } else {
      for (const text of texts) this.warn(text);
    }
  }

  showLogChoice(): Choice {
    return { label: this.t('Show Log'), run: () => vscodeCommands.executeCommand(commands.showLog.id) };
  }

  private offer(answer: Thenable<string | undefined>, choices: readonly Choice[]): void {
    void Promise.resolve(answer)
      .then(label => choices.find(choice => choice.label === label)?.run())
      .catch((error: unknown) => this.failure('', error));
  }
}
