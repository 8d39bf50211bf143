import { displayPath } from '../core/findings/findingMessage';
import { english } from '../core/l10n';
import type { Interval } from '../core/metrics/interval';
import { noteTexts, round6 } from '../core/report/scanReport';
import { ScanRequest } from '../protocol/engine';
import { CompareFindingsRequest, CompareModelsRequest } from '../protocol/labeling';
import type { FindingsComparison, ModelComparison } from '../protocol/labeling';
import { ModelInfoRequest, type ModelInfo } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { compareLossesCommand, lossOptions } from './compareLossesCommand';
import { withEngine } from './engineSession';
import { existingFile } from './modelFiles';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { jsonText, modelJson, percentText, rowsText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

type Pair<T> = readonly [T, T];

/** Two models on one folder. */
interface Compared {
  /** Null: the built-in distance. */
  readonly models: Pair<ModelInfo | null>;
  /** Whose audits are judged. */
  readonly relation: string;
  readonly onAudits: ModelComparison;
  readonly findings: FindingsComparison;
}

/** `twinlint compare MODEL MODEL DIR`, or `compare losses DIR`. @returns the exit code. */
export async function compareCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals[0] === 'losses' && positionals.length < 3) return compareLossesCommand(line, around);
  const ofLosses = lossOptions.find(name => options.has(name));
  if (ofLosses) throw new UsageError(`--${ofLosses} is an option of "compare losses DIR", not of comparing models`);
  if (positionals.length !== 3) {
    throw new UsageError(
      'compare takes two models (none: the built-in distance) and a folder, as in "twinlint compare A B DIR"; or losses and a folder',
    );
  }
  const fileOf = (name: string): string | null => (name === 'none' ? null : existingFile(name, 'the model'));
  const files = [fileOf(positionals[0]), fileOf(positionals[1])] as const;
  if (files[0] === files[1]) throw new UsageError(`${positionals[0]} is named twice; name two models, or one and none`);
  const root = folderOf(positionals[2], 'what to compare on');
  const json = values.isJson(options, true);
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const { params, notes } = await scanParams(root, undefined, { ...values.settingsOf(line, root), model: files[0] ?? 'none' });
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') }, async client => {
    const infoOf = (path: string | null): Promise<ModelInfo | null> =>
      path === null ? Promise.resolve(null) : client.request(ModelInfoRequest, { path });
    const models = [await infoOf(files[0]), await infoOf(files[1])] as const;
    const summary = await client.request(ScanRequest, params);
    const relation = models[0]?.relation ?? models[1]?.relation ?? 'same-picture';
    const onAudits = await client.request(CompareModelsRequest, { models: files, relation });
    const findings = await client.request(CompareFindingsRequest, { models: files });
    if (!onAudits || !findings) throw new Error('the scan is gone');
    around.progress.clear();
    for (const note of noteTexts({ notes: [...notes, ...summary.notes] }, english)) around.stderr.write(`Note: ${note}\n`);
    const compared = { models, relation, onAudits, findings };
    await output.write([json ? compareJson(compared, around.version) : compareText(compared)]);
    return exitCodes.clean;
  });
}

const modelText = (model: ModelInfo | null): string =>
  model ? `${displayPath(model.name)} (${model.relation}), ${displayPath(model.path)}` : 'the built-in distance';

const intervalText = (share: Interval | undefined): string =>
  share ? `${percentText(share.value)} (${(100 * share.low).toFixed(1)} to ${percentText(share.high)})` : '–';

function auditsText({ onAudits, relation }: Compared): string {
  const { audits, accuracies, disagreements } = onAudits;
  if (!accuracies) return `No audits of ${displayPath(relation)} to judge by.\n`;
  const [first, second] = accuracies;
  const rows = (['accuracy', 'precision', 'recall'] as const).map(
    what => [`  ${what}`, `A ${intervalText(first[what])}, B ${intervalText(second[what])}`] as const,
  );
  const head = `On ${audits} audits of ${displayPath(relation)}, each at the threshold of its own:`;
  return `${head}\n${rowsText(rows)}  They differ on ${disagreements}.\n`;
}

function findingsText({ findings }: Compared): string {
  const { kinds, thresholds } = findings;
  if (kinds.length === 0) return 'Neither finds anything.\n';
  const rows = [
    ['', 'only A', 'only B', 'both'],
    ...kinds.map(({ kind, onlyFirst, onlySecond, both }) => [kind, ...[onlyFirst, onlySecond, both].map(String)]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const lines = rows.map(
    ([kind, ...counts]) => `  ${kind.padEnd(widths[0])}  ${counts.map((count, i) => count.padStart(widths[i + 1])).join('  ')}\n`,
  );
  const [first, second] = thresholds.map(threshold => threshold.toFixed(3));
  return `Findings, at the default threshold of each (${first} and ${second}):\n${lines.join('')}`;
}

const compareText = (compared: Compared): string =>
  `${rowsText([
    ['A', modelText(compared.models[0])],
    ['B', modelText(compared.models[1])],
  ])}\n${auditsText(compared)}\n${findingsText(compared)}`;

function compareJson({ models, relation, onAudits, findings }: Compared, version: string): string {
  const estimate = (share: Interval | undefined): object | null =>
    share ? { value: round6(share.value), low: round6(share.low), high: round6(share.high) } : null;
  return jsonText(version, {
    models: models.map(model => model && modelJson(model)),
    relation,
    audits: {
      count: onAudits.audits,
      disagreements: onAudits.disagreements,
      accuracies:
        onAudits.accuracies?.map(({ accuracy, precision, recall }) => ({
          accuracy: estimate(accuracy),
          precision: estimate(precision),
          recall: estimate(recall),
        })) ?? null,
    },
    findings: { thresholds: findings.thresholds.map(round6), kinds: findings.kinds },
  });
}
