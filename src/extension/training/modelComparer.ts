import { CancellationTokenSource, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import { CompareFindingsRequest, CompareModelsRequest } from '../../protocol/labeling';
import type { ComparedFindings, ComparedModels, ModelRow } from '../../protocol/panelTraining';
import type { Engine } from '../engineProcess/engine';
import { isCancellation, wordsOf } from '../engineProcess/errors';
import type { Session } from '../session/session';
import type { Messenger } from '../util/messages';
import type { ModelLibrary } from './modelLibrary';

export interface ComparisonParts {
  readonly library: ModelLibrary;
  readonly engine: Engine;
  readonly session: Session;
  readonly messenger: Messenger;
  /** What is compared has changed. */
  readonly changed: () => void;
}

/** Two models beside each other: on the audits at once, and what each finds as soon as that is known. */
export class ModelComparer {
  private last: ComparedModels | null = null;
  private running: CancellationTokenSource | undefined;

  constructor(private readonly parts: ComparisonParts) {}

  /** The models that were last compared. */
  get compared(): ComparedModels | null {
    return this.last;
  }

  /**
   * Puts a model beside another one of its folder, or beside the built-in measure: which one is asked where there is a choice.
   *
   * @param active The active model's file; null: the built-in measure.
   * @returns false where the person thought better of it
   */
  async compare(row: ModelRow, active: string | null): Promise<boolean> {
    const other = await this.pickOther(row, active);
    if (other === undefined) return false;
    this.stop();
    const { session, engine, changed } = this.parts;
    const models = [row.info.path, other?.info.path ?? null] as const;
    const comparison = session.state ? await engine.request(CompareModelsRequest, { models, relation: row.info.relation }) : null;
    this.last = {
      models: [row.info, other?.info ?? null],
      names: [row.name, other?.name ?? null],
      comparison,
      findings: { state: session.state ? 'comparing' : 'none' },
    };
    changed();
    if (session.state) void this.compareFindings(this.last, models);
    return true;
  }

  end(): void {
    this.stop();
    this.last = null;
    this.parts.changed();
  }

  dispose(): void {
    this.stop();
  }

  /** What to compare with, null being the built-in measure; undefined where the person thought better of it. */
  private async pickOther(row: ModelRow, active: string | null): Promise<ModelRow | null | undefined> {
    const { library, messenger } = this.parts;
    const { t } = messenger;
    const folderOf = (model: ModelRow): string | undefined => library.rootOf(model.info.path)?.path;
    const others = library.current.models.filter(each => each.info.path !== row.info.path && folderOf(each) === folderOf(row));
    if (others.length === 0) return null;
    const isActive = (model: ModelRow | null): boolean => (model?.info.path ?? null) === active;
    const items = [...others, null].map((model): QuickPickItem & { readonly model: ModelRow | null } => ({
      label: model?.name ?? t('Built-in measure'),
      ...(isActive(model) && { description: t('active') }),
      model,
    }));
    // What most people want to know is whether a model does better than the one in use.
    items.sort((a, b) => Number(isActive(b.model)) - Number(isActive(a.model)));
    const picked = await window.showQuickPick(items, { title: t('Compare the model {0} with', row.name) });
    return picked?.model;
  }

  private async compareFindings(compared: ComparedModels, models: readonly [string, string | null]): Promise<void> {
    const source = new CancellationTokenSource();
    this.running = source;
    const findings = await this.findingsOf(models, source);
    source.dispose();
    if (this.running === source) this.running = undefined;
    if (this.last !== compared) return;
    this.last = { ...compared, findings };
    this.parts.changed();
  }

  private async findingsOf(
    models: readonly [string, string | null],
    { token }: CancellationTokenSource,
  ): Promise<ComparedFindings> {
    const { engine, messenger } = this.parts;
    try {
      const found = await engine.request(CompareFindingsRequest, { models }, token);
      return found ? { state: 'done', found } : { state: 'overtaken' };
    } catch (error) {
      return isCancellation(error) ? { state: 'overtaken' } : { state: 'failed', problem: wordsOf(error, messenger.t) };
    }
  }

  private stop(): void {
    this.running?.cancel();
    this.running = undefined;
  }
}
