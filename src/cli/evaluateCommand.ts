import { reliabilityPlot } from '../core/report/reliabilityPlot';
import { EvaluateRequest, ModelInfoRequest, type EvaluateParams } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { evaluateJson, evaluateText } from './evaluateReport';
import { existingFile } from './modelFiles';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { readPairCsv, withPairs } from './pairCsv';
import { folderOf, scanParams } from './scanParams';
import type { Surroundings } from './surroundings';
import { runtimeOf, seedOf } from './trainParams';
import { followTraining } from './trainProgress';
import { exitCodes, UsageError } from './usageError';

const largestDistance = 1e6;

/** `twinlint evaluate MODEL DIR`. @returns the exit code. */
export async function evaluateCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { positionals, options } = line;
  if (positionals.length !== 2) throw new UsageError('evaluate takes a model and a folder, as in "twinlint evaluate MODEL DIR"');
  const [model, folder] = positionals;
  const modelPath = existingFile(model, 'the model');
  const root = folderOf(folder, 'what to judge on');
  const json = values.isJson(options, true);
  const pairFile = values.last(options, 'pairs');
  const byText = values.last(options, 'by');
  const by = byText === undefined ? undefined : values.oneOf('--by', byText, ['labels', 'pairs'] as const);
  if (by === 'labels' && pairFile !== undefined) throw new UsageError('--pairs is of no use with --by labels');
  const thresholdText = values.last(options, 'threshold');
  const threshold = thresholdText === 'auto' ? undefined : values.positiveNumber(options, 'threshold', largestDistance);
  const [seed, runtime, threads] = [seedOf(options), runtimeOf(options), values.threadsOf(options)];
  const outFile = values.outFileOf(options);
  const { params: scan, notes } = await scanParams(root, undefined, values.settingsOf(line, root));
  const output = outFile === undefined ? streamOutput(around.stdout) : await fileOutput(outFile, around.interruption);
  const plotFile = values.last(options, 'plot');
  const plot = plotFile === undefined ? undefined : await fileOutput(plotFile, around.interruption, 'plot');
  const session = { ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') };

  return withEngine(session, async client => {
    let { verdicts } = scan;
    if (pairFile !== undefined) {
      // The model's relation is that of the table's pairs: it is what they judge.
      const { relation } = await client.request(ModelInfoRequest, { path: modelPath });
      verdicts = withPairs(verdicts, await readPairCsv(root, pairFile, relation));
    }
    const judgedBy = by ?? (pairFile === undefined ? undefined : 'pairs');
    const params: EvaluateParams = {
      path: modelPath,
      scan: { ...scan, verdicts },
      ...(judgedBy && { by: judgedBy }),
      ...(threshold !== undefined && { threshold }),
      ...(seed !== undefined && { seed }),
      ...(runtime && { runtime }),
    };
    const stopFollowing = followTraining(client, around, false);
    const summary = await client.request(EvaluateRequest, params).finally(stopFollowing);
    around.progress.clear();
    await output.write([json ? evaluateJson(summary, notes, around.version) : evaluateText(summary, folder, notes)]);
    await plot?.write([reliabilityPlot(summary.reliability, `${summary.model.name}: probabilities`)]);
    return exitCodes.clean;
  });
}
