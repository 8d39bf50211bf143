import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { EngineClient } from '../client/engineClient';
import { displayPath } from '../core/findings/findingMessage';
import { lossPlot } from '../core/report/lossPlot';
import { isCancelled } from '../protocol/engineErrors';
import { TrainRequest } from '../protocol/training';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import type { Surroundings } from './surroundings';
import { pairNetworkOf, trainPairNetworkCommand } from './trainPairNetworkCommand';
import { trainParams } from './trainParams';
import { followTraining } from './trainProgress';
import { trainJson, trainText } from './trainReport';
import { exitCodes } from './usageError';

/** Runs a request that the first Ctrl+C asks to end, with what was reached so far; undefined where that is nothing. */
export async function interruptible<T>(
  client: EngineClient,
  around: Surroundings,
  json: boolean,
  ask: (token: CancellationToken) => Promise<T>,
): Promise<T | undefined> {
  const source = new CancellationTokenSource();
  const stopFollowing = followTraining(client, around, json);
  const takeBack = around.interruption.askFirst(() => {
    around.progress.clear();
    source.cancel();
  });
  try {
    return await ask(source.token);
  } catch (error) {
    if (isCancelled(error) && source.token.isCancellationRequested) return undefined;
    throw error;
  } finally {
    takeBack();
    stopFollowing();
    around.progress.clear();
    source.dispose();
  }
}

/** `twinlint train DIR --out MODEL`. @returns the exit code. */
export async function trainCommand(line: CommandLine, around: Surroundings): Promise<number> {
  const { options } = line;
  if (pairNetworkOf(options)) return trainPairNetworkCommand(line, around);
  const json = values.isJson(options);
  const threads = values.threadsOf(options);
  const { params, notes } = await trainParams(line);
  const plotFile = values.last(options, 'plot');
  const plot = plotFile === undefined ? undefined : await fileOutput(plotFile, around.interruption, 'plot');
  const session = { ...around, ...(threads !== undefined && { threads }), cache: !options.has('no-cache') };

  return withEngine(session, async client => {
    const summary = await interruptible(client, around, json, token => client.request(TrainRequest, params, token));
    if (!summary) {
      around.interruption.cleanUp();
      around.stderr.write('twinlint: interrupted before there was anything to keep; nothing was written.\n');
      return exitCodes.interrupted;
    }
    await plot?.write([lossPlot(summary.points, `${summary.model.name}: training`)]);
    const result = json ? trainJson(summary, notes, around.version) : trainText(summary, notes);
    await streamOutput(around.stdout).write([result]);
    if (summary.ended !== 'cancelled') return exitCodes.clean;
    around.stderr.write(
      `twinlint: interrupted; the best so far, after ${summary.steps} steps, is saved in ${displayPath(summary.model.path)}\n`,
    );
    return exitCodes.interrupted;
  });
}
