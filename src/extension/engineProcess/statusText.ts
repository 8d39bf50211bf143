import type { Translate } from '../../core/l10n';
import { StatusRequest, type EngineStatus } from '../../protocol/engine';
import type { Session } from '../session/session';
import type { Engine } from './engine';

/** What runs where, as a page to read or to paste into a bug report. Starts the engine where it does not run. */
export async function statusText(engine: Engine, session: Session, t: Translate): Promise<string> {
  const status: EngineStatus = await engine.request0(StatusRequest);
  const { state } = session;
  const lines = [
    [t('Engine process'), `${status.pid} (Node ${status.nodeVersion})`],
    [t('Decoder'), `sharp ${status.decoderVersion}, ${status.decoder === 'native' ? t('native') : t('WebAssembly')}`],
    [t('Matrix products'), status.runtimeReason ? `${status.runtime} (${status.runtimeReason})` : status.runtime],
    [t('Threads'), String(status.threads)],
    [t('Memory'), `${(status.memoryBytes / 2 ** 20).toFixed(0)} MiB`],
    [t('Cache'), status.cacheDir],
    ...(state
      ? [
          [t('Scan'), `${state.summary.roots.map(root => root.path).join(', ')} (${state.summary.scannedAt})`],
          [t('Images'), `${state.summary.images} (${t('{0} readable', state.summary.readable)})`],
          [t('Pairs'), `${state.summary.pairs} (${t('up to distance {0}', state.summary.radius)})`],
          [t('Threshold'), `${state.threshold} (${t('default {0}', state.summary.defaultThreshold)})`],
        ]
      : []),
  ];
  return `${t('Twinlint engine')}\n\n${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}
