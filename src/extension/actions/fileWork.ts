import { commands as vscodeCommands, ProgressLocation, Uri, window, workspace } from 'vscode';
import type { Note } from '../../core/dataset/note';
import { NoteError } from '../../core/dataset/note';
import type { Done } from '../../workspace/journal/journal';
import { planTravels, type SeenTravel } from '../../workspace/sidecars/planTravels';
import type { ScanController } from '../scan/scanController';
import type { Messenger } from '../util/messages';
import type { Journals } from './journals';

/** Moving as many takes long enough to show that something happens. */
const manyFiles = 20;

export interface FileWorkParts {
  readonly journals: Journals;
  readonly scans: Pick<ScanController, 'update'>;
  readonly messenger: Messenger;
  readonly changed: () => void;
  /** What was done shows where it was asked for: only what went wrong is told. */
  readonly quiet?: boolean;
}

/** Does things to files, through the journal; tells what came of it and how to take it back. */
export class FileWork {
  constructor(private readonly parts: FileWorkParts) {}

  /** Moves images with what belongs to them. @returns whether anything moved. */
  async move(rootPath: string, what: (count: number) => Note, travels: readonly SeenTravel[]): Promise<boolean> {
    const { journals, messenger } = this.parts;
    if (!this.mayWrite()) return false;
    const job = async (): Promise<boolean> => {
      const plan = await planTravels(rootPath, travels);
      messenger.notes(plan.refused.map(each => each.note));
      if (
        await this.hasUnsaved(
          rootPath,
          plan.steps.flatMap(step => (step.kind === 'edit' ? [step.path] : [])),
        )
      ) {
        return false;
      }
      if (plan.images.length === 0) return false;
      const journal = await journals.of(rootPath);
      const done = await journal.perform({ what: what(plan.images.length), steps: plan.steps, seen: plan.seen });
      return this.tell(rootPath, done);
    };
    if (travels.length < manyFiles) return this.guarded(job);
    const title = messenger.t('Moving {0} images', travels.length);
    return this.guarded(() => window.withProgress({ location: ProgressLocation.Notification, title }, job));
  }

  /** Tells what was done, with the way back, and has the scan look again. @returns whether anything was. */
  async tell(rootPath: string, done: Done): Promise<boolean> {
    const { messenger } = this.parts;
    const { t } = messenger;
    messenger.notes(done.refused.map(each => each.note));
    await this.look(rootPath, done.changed);
    if (done.changed.length === 0) return false;
    const { id, what } = done.entry.plan;
    if (this.parts.quiet) return true;
    messenger.info(t('Done: {0}.', t(what.message, ...what.args)), {
      label: t('Undo'),
      run: () => this.turn(rootPath, id, 'undo'),
    });
    return true;
  }

  /** Undoes an action, or does it again. */
  async turn(rootPath: string, id: string, direction: 'undo' | 'redo'): Promise<boolean> {
    const { journals, messenger } = this.parts;
    const { t } = messenger;
    if (!this.mayWrite()) return false;
    return this.guarded(async () => {
      const journal = await journals.of(rootPath);
      const done = await (direction === 'undo' ? journal.undo(id) : journal.redo(id));
      messenger.notes(done.refused.map(each => each.note));
      await this.look(rootPath, done.changed);
      if (done.changed.length === 0) return false;
      if (this.parts.quiet) return true;
      const { what } = done.entry.plan;
      const text = t(what.message, ...what.args);
      messenger.info(direction === 'undo' ? t('Undone: {0}.', text) : t('Done again: {0}.', text));
      return true;
    });
  }

  mayWrite(): boolean {
    const { messenger } = this.parts;
    if (workspace.isTrusted) return true;
    messenger.warn(messenger.t('This workspace is not trusted: Twinlint shows findings, but writes and moves nothing here.'), {
      label: messenger.t('Manage Workspace Trust'),
      run: () => vscodeCommands.executeCommand('workbench.trust.manage'),
    });
    return false;
  }

  /** What a person typed and has not saved must not be lost to an edit on disk. */
  private async hasUnsaved(rootPath: string, paths: readonly string[]): Promise<boolean> {
    const { messenger } = this.parts;
    const { t } = messenger;
    const files = new Set(paths.map(path => Uri.joinPath(Uri.file(rootPath), ...path.split('/')).fsPath));
    const open = workspace.textDocuments.filter(document => document.isDirty && files.has(document.uri.fsPath));
    if (open.length === 0) return false;
    const names = open.map(document => workspace.asRelativePath(document.uri)).join(', ');
    const save = t('Save');
    const question = t('{0} has rows of these images and is not saved. Save it first?', names);
    if ((await window.showWarningMessage(question, { modal: true }, save)) === save) {
      for (const document of open) await document.save();
      messenger.info(t('Saved. Run the command again.'));
    }
    return true;
  }

  private async look(rootPath: string, paths: readonly string[]): Promise<void> {
    if (paths.length > 0) {
      await this.parts.scans.update(paths.map(path => Uri.joinPath(Uri.file(rootPath), ...path.split('/')).fsPath));
    }
    this.parts.changed();
  }

  private async guarded(job: () => Thenable<boolean>): Promise<boolean> {
    try {
      return await job();
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      this.parts.messenger.notes([error.note]);
      return false;
    }
  }
}
