import type { EngineClient } from '../client/engineClient';
import type { Note } from '../core/dataset/note';
import type { Finding } from '../core/findings/finding';
import { csvReport } from '../core/report/csvReport';
import { htmlReport } from '../core/report/htmlReport';
import { jsonReport } from '../core/report/jsonReport';
import { sarifReport } from '../core/report/sarifReport';
import { noteTexts, type ScanReport } from '../core/report/scanReport';
import { textReport } from '../core/report/textReport';
import { english } from '../core/l10n';
import { FindingsRequest, RestoreRequest, ScanRequest, type ScanParams, type ScanSummary } from '../protocol/engine';
import { basename } from 'node:path';
import { toRelative } from '../workspace/identity';
import type { CommandLine } from './commandLine';
import { cleanUpLists } from './cleanUpLists';
import { withEngine } from './engineSession';
import { judgeLabels, labelJudging } from './labelScores';
import { countKinds, narrowing } from './narrowFindings';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { makeThumbnails } from './thumbnails';
import { exitCodes, UsageError } from './usageError';

const pageLength = 5000;

async function allFindings(client: EngineClient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (;;) {
    const page = await client.request(FindingsRequest, { offset: findings.length, limit: pageLength });
    for (const finding of page.findings) findings.push(finding);
    if (findings.length >= page.total || page.findings.length === 0) return findings;
  }
}

/** Says where the model lies without naming this machine's folders: the same scan makes the same report everywhere. */
const placed = <T extends { readonly path: string }>(model: T, root: string): T => ({
  ...model,
  path: toRelative(root, model.path) ?? basename(model.path),
});

function reportOf(
  summary: ScanSummary,
  params: ScanParams,
  findings: readonly Finding[],
  notes: readonly Note[],
  toolVersion: string,
): ScanReport {
  return {
    toolVersion,
    images: summary.images,
    readable: summary.readable,
    threshold: summary.defaultThreshold,
    radius: summary.radius,
    expectedFalsePairs: Number.isFinite(summary.expectedFalsePairs) ? summary.expectedFalsePairs : null,
    counts: countKinds(findings),
    findings,
    notes: [...notes, ...summary.notes],
    ...(summary.model && { model: placed(summary.model, params.roots[0].path) }),
    ...(summary.rescorer && { rescorer: placed(summary.rescorer, params.roots[0].path) }),
    roots: params.roots.map(({ name, reference }) => ({ name, reference: reference === true })),
  };
}

/** `twinlint scan DIR`. @returns the exit code. */
export async function scanCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 1) throw new UsageError('scan takes one folder, as in "twinlint scan DIR"');
  const root = folderOf(positionals[0], 'what is scanned');
  const against = values.againstOf(options);
  const reference = against === undefined ? undefined : folderOf(against, '--against');
  const settings = values.settingsOf(line, root);
  const failKinds = values.failKindsOf(options);
  const format = values.formatOf(options, values.scanFormats);
  const threads = values.threadsOf(options);
  const outFile = values.outFileOf(options);
  const { params: asked, notes } = await scanParams(root, reference, settings);
  // A scan that is kept lets the next one compare only what has changed.
  const isKept = options.has('changed-only') && !options.has('no-cache');
  const params: ScanParams = { ...asked, keep: isKept };
  const judging = await labelJudging(options, params, around.interruption);
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const lists = await cleanUpLists(options, around.interruption);

  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') }, async client => {
    // Git looks through the files while the engine starts; without its answer no whole scan begins, since it may be that it can't.
    const [kept, narrow] = await Promise.all([
      isKept ? client.request(RestoreRequest, params) : null,
      narrowing(options, root, asked.roots[0].settings),
    ]);
    const scanned = kept ?? (await client.request(ScanRequest, params));
    const judged = await judgeLabels(client, judging, params, scanned, around);
    const summary = judged.summary;
    const narrowed = narrow(await allFindings(client));
    const report = reportOf(summary, params, narrowed.findings, [...notes, ...judged.notes, ...narrowed.notes], around.version);
    const onTerminal = outFile === undefined && around.stdout.isTTY === true;
    const pieces = async (): Promise<Iterable<string>> => {
      switch (format) {
        case 'text':
          return textReport(report, {
            colours: onTerminal && around.colours,
            ...(onTerminal && { width: around.stdout.columns }),
          });
        case 'json':
          return jsonReport(report);
        case 'sarif':
          return sarifReport(report);
        case 'csv':
          return csvReport(report);
        case 'html': {
          const roots = params.roots.map(each => each.path);
          return htmlReport(report, await makeThumbnails(client, report.findings, roots));
        }
      }
    };
    await lists.write(client, report.findings);
    const made = await pieces();
    around.progress.clear();
    // A table has no place for them.
    if (format === 'csv') for (const note of noteTexts(report, english)) around.stderr.write(`Note: ${note}\n`);
    await output.write(made);
    return failKinds.some(kind => (report.counts[kind] ?? 0) > 0) ? exitCodes.findings : exitCodes.clean;
  });
}
