import { Uri, workspace } from 'vscode';
import type { Translate } from '../../core/l10n';
import { mergeSettings, parseSettings } from '../../core/settings/parseSettings';
import type { ScanSettings } from '../../core/settings/scanSettings';
import type { ScanNote, ScanParams, ScanRoot } from '../../protocol/engine';
import { readConfig } from '../../workspace/config';
import type { VerdictBook } from '../actions/ports';
import type { RootSpec } from '../scan/rootSpecs';
import type { ParamsSource } from '../scan/scanController';
import { readEditorSettings, readFilesExclude } from './readSettings';

/** A scan's parameters from the editor's settings, `.twinlint/config.json` and the verdict files. */
export class Params implements ParamsSource {
  constructor(
    private readonly verdicts: VerdictBook,
    private readonly t: Translate,
  ) {}

  /** Workspace settings win over `.twinlint/config.json`, which wins over user settings. An untrusted workspace's file is not read. */
  async settingsOf(root: RootSpec): Promise<{ readonly settings: ScanSettings; readonly notes: readonly ScanNote[] }> {
    const editor = readEditorSettings(Uri.file(root.path));
    const user = parseSettings(editor.user, this.t('User settings'));
    const shared = workspace.isTrusted ? await readConfig(root.path) : { settings: {}, notes: [] };
    const own = parseSettings(editor.workspace, this.t('Workspace settings'));
    return {
      settings: mergeSettings(own.settings, shared.settings, user.settings),
      notes: [...user.notes, ...shared.notes, ...own.notes],
    };
  }

  async build(specs: readonly RootSpec[]): Promise<{ readonly params: ScanParams; readonly notes: readonly ScanNote[] }> {
    const trusted = workspace.isTrusted;
    const notes: ScanNote[] = [];
    const roots: ScanRoot[] = [];
    for (const spec of specs) {
      const { settings, notes: settingNotes } = await this.settingsOf(spec);
      notes.push(...settingNotes);
      roots.push({ ...spec, settings, filesExclude: readFilesExclude(Uri.file(spec.path)) });
    }
    const { verdicts, notes: verdictNotes } = trusted ? await this.verdicts.read(specs) : { verdicts: [], notes: [] };
    return { params: { roots, verdicts, keep: true, trusted }, notes: withoutDoubles([...notes, ...verdictNotes]) };
  }
}

/** User settings are the same for every root: what is wrong with them is told once. */
const withoutDoubles = (notes: readonly ScanNote[]): ScanNote[] => [
  ...new Map(notes.map(each => [JSON.stringify(each), each])).values(),
];
