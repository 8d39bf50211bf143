import type { Translate } from '../../core/l10n';
import { StatusRequest, type EngineStatus, type ScanNote } from '../../protocol/engine';
import { RuntimesRequest, type RuntimeStatus } from '../../protocol/training';
import type { Session } from '../session/session';
import type { Engine } from './engine';
import { wordsOf } from './errors';

type Line = readonly [name: string, value: string];

/** What runs where, as a page to read or to paste into a bug report. Starts the engine where it does not run. */
export async function statusText(engine: Engine, session: Session, t: Translate): Promise<string> {
  const status: EngineStatus = await engine.request0(StatusRequest);
  const sections = [processLines(status, t), ...scanLines(session, t)].map(paragraph);
  return `${t('Twinlint engine')}\n\n${[...sections, await networksText(engine, t)].join('\n\n')}\n`;
}

const paragraph = (lines: readonly Line[]): string => lines.map(([name, value]) => `${name}: ${value}`).join('\n');

const processLines = (status: EngineStatus, t: Translate): Line[] => [
  [t('Engine process'), `${status.pid} (Node ${status.nodeVersion})`],
  [t('Decoder'), `sharp ${status.decoderVersion}, ${status.decoder === 'native' ? t('native') : t('WebAssembly')}`],
  [t('Matrix products'), status.runtimeReason ? `${status.runtime} (${status.runtimeReason})` : status.runtime],
  [t('Threads'), String(status.threads)],
  [t('Memory'), `${(status.memoryBytes / 2 ** 20).toFixed(0)} MiB`],
  [t('Cache'), status.cacheDir],
];

function scanLines({ state }: Session, t: Translate): Line[][] {
  if (!state) return [];
  const { summary, threshold } = state;
  return [
    [
      [t('Scan'), `${summary.roots.map(root => root.path).join(', ')} (${summary.scannedAt})`],
      [t('Images'), `${summary.images} (${t('{0} readable', summary.readable)})`],
      [t('Pairs'), `${summary.pairs} (${t('up to distance {0}', summary.radius)})`],
      [t('Threshold'), `${threshold} (${t('default {0}', summary.defaultThreshold)})`],
      [t('Model'), summary.model ? `${summary.model.path} (${summary.model.relation})` : t('none: the built-in measure')],
      [t('Re-scorer of pairs'), summary.rescorer ? `${summary.rescorer.path} (${summary.rescorer.network})` : t('none')],
    ],
  ];
}

/** What networks run on, why, and how to get something faster. */
async function networksText(engine: Engine, t: Translate): Promise<string> {
  const heading = t('Networks (training, and comparing with a model)');
  let runtimes: RuntimeStatus;
  try {
    runtimes = await engine.request0(RuntimesRequest);
  } catch (error) {
    return `${heading}\n${t('What networks can run on could not be found out: {0}', wordsOf(error, t))}`;
  }
  const text = ({ message, args }: ScanNote): string => t(message, ...args);
  const { chosen, threads, reasons, all, advice } = runtimes;
  const lines: Line[] = [
    [t('Run on'), t('{0}, threads: {1}', chosen, threads)],
    ...reasons.map((reason): Line => [t('Why'), text(reason)]),
    ...all.map(({ name, isAvailable, version, detail }): Line => {
      const state = isAvailable ? t('there') : t('not there');
      return [`  ${version === undefined ? name : `${name} ${version}`}`, `${state}. ${text(detail)}`.trim()];
    }),
    ...(advice.length > 0
      ? advice.map((each): Line => [t('For more speed'), text(each)])
      : [[t('For more speed'), t('nothing faster is known for this machine')] as const]),
  ];
  return `${heading}\n${paragraph(lines)}`;
}
