import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { displayPath } from '../core/findings/findingMessage';
import { lossPlot } from '../core/report/lossPlot';
import { round6 } from '../core/report/scanReport';
import { caseStudyRecipes } from '../core/training/names';
import { CaseStudyRequest, type CaseStudyParams, type CaseStudySummary } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { newFile } from './modelFiles';
import * as values from './optionValues';
import { fileOutput, streamOutput } from './output';
import { folderOf } from './scanParams';
import type { Surroundings } from './surroundings';
import { interruptible } from './trainCommand';
import { checkpointOf, goesOn, runtimeOf, secondsOf, seedOf } from './trainParams';
import { durationText } from './trainProgress';
import { jsonText, modelJson, percentText, pointsJson, rowsText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

/** Where Debian's package `dataset-fashion-mnist` puts the files. */
const debianFolder = '/usr/share/datasets/fashion-mnist';
const bookAccuracy = 0.9219;

/** Which of the four files a folder lacks. */
function missingFiles(folder: string): string[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // All of them, then.
  }
  const wanted = ['train-images', 'train-labels', 't10k-images', 't10k-labels'];
  return wanted.filter(start => !names.some(name => name.startsWith(start)));
}

/** The folder with the four files. @throws {UsageError} that says where they come from */
function dataFolderOf(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const [named, what] =
    given !== undefined
      ? [given, '--data']
      : env.TWINLINT_FASHION_MNIST
        ? [env.TWINLINT_FASHION_MNIST, 'TWINLINT_FASHION_MNIST']
        : [debianFolder, undefined];
  const missing = missingFiles(named);
  if (what === undefined && missing.length > 0) {
    throw new UsageError(
      'Fashion-MNIST is not here: install Debian’s package (apt-get install dataset-fashion-mnist; without root: apt-get download dataset-fashion-mnist, then dpkg-deb -x *.deb FOLDER) or name the folder of its four idx files with --data',
    );
  }
  const folder = folderOf(named, what ?? 'the data');
  if (missing.length > 0) {
    throw new UsageError(`${what}: ${named} holds no file named ${missing[0]}…; it must hold Fashion-MNIST’s four idx files`);
  }
  return folder;
}

function caseStudyText(summary: CaseStudySummary): string {
  const { recipe, accuracy, untouchedAccuracy, testPairs, model } = summary;
  const rows: [string, string][] = [
    ['Recipe', `${recipe}, seed ${summary.seed}`],
    [
      'Training',
      `${summary.steps} steps in ${(summary.trainMs / 1000).toFixed(1)} s (${summary.runtime}, ${summary.threads} ${summary.threads === 1 ? 'thread' : 'threads'})`,
    ],
    ['Besides', `reading the data ${durationText(summary.loadMs)}, compiling ${(summary.compileMs / 1000).toFixed(2)} s`],
    [
      'Accuracy',
      `${percentText(accuracy, 2)} of ${testPairs} test pairs at threshold ${summary.threshold} (the book: ${percentText(bookAccuracy, 2)})`,
    ],
    ['Untouched images', `${percentText(untouchedAccuracy, 2)} of pairs of the 10,000 images that nothing was chosen by`],
    ...(model ? [['Model', displayPath(model.path)] as [string, string]] : []),
  ];
  return rowsText(rows);
}

function caseStudyJson(summary: CaseStudySummary, version: string): string {
  const { accuracy, untouchedAccuracy, model, points, trainMs, compileMs, loadMs, ...rest } = summary;
  return jsonText(version, {
    ...rest,
    trainMs: Math.round(trainMs),
    compileMs: Math.round(compileMs),
    loadMs: Math.round(loadMs),
    accuracy: round6(accuracy),
    untouchedAccuracy: round6(untouchedAccuracy),
    ...(model && { model: modelJson(model) }),
    points: pointsJson(points),
  });
}

/** `twinlint case-study fashion-mnist`. @returns the exit code. */
export async function caseStudyCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  if (positionals.length !== 1 || positionals[0] !== 'fashion-mnist') {
    throw new UsageError('there is one case study, as in "twinlint case-study fashion-mnist"');
  }
  const recipeText = values.last(options, 'recipe') ?? 'fast';
  const recipe = values.oneOf('--recipe', recipeText, caseStudyRecipes);
  const seconds = secondsOf(options);
  if (recipe === 'book' && seconds !== undefined) {
    throw new UsageError('--seconds is for the recipes fast and best; the book’s trains for 13 epochs');
  }
  const [seed, runtime, threads] = [seedOf(options), runtimeOf(options), values.threadsOf(options)];
  const json = values.isJson(options);
  const outFile = values.last(options, 'out');
  const checkpointPath = checkpointOf(options);
  const mayReplace = options.has('force') || goesOn(checkpointPath);
  const outPath = outFile === undefined ? undefined : newFile(outFile, 'out', mayReplace);
  const dataFolder = resolve(dataFolderOf(values.last(options, 'data'), process.env));
  const plotFile = values.last(options, 'plot');
  const plot = plotFile === undefined ? undefined : await fileOutput(plotFile, around.interruption, 'plot');
  const params: CaseStudyParams = {
    dataFolder,
    recipe,
    ...(seconds !== undefined && { seconds }),
    ...(seed !== undefined && { seed }),
    ...(runtime && { runtime }),
    ...(outPath !== undefined && { outPath }),
    ...(checkpointPath !== undefined && { checkpointPath }),
  };

  return withEngine({ ...around, ...(threads !== undefined && { threads }), cache: true }, async client => {
    let isStopped = false;
    const summary = await interruptible(client, around, json, token => {
      token.onCancellationRequested(() => (isStopped = true));
      return client.request(CaseStudyRequest, params, token);
    });
    if (!summary) {
      around.interruption.cleanUp();
      around.stderr.write('twinlint: interrupted; there is no result.\n');
      return exitCodes.interrupted;
    }
    await plot?.write([lossPlot(summary.points, `Fashion-MNIST, ${recipe} recipe, seed ${summary.seed}`)]);
    await streamOutput(around.stdout).write([json ? caseStudyJson(summary, around.version) : caseStudyText(summary)]);
    if (!isStopped) return exitCodes.clean;
    around.stderr.write(`twinlint: interrupted after ${summary.steps} steps; the result is that of the best so far.\n`);
    return exitCodes.interrupted;
  });
}
