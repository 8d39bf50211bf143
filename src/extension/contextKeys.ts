import { commands as vscodeCommands, Disposable } from 'vscode';
import { contextKeys } from './contributions';
import type { ScanController } from './scan/scanController';
import type { Session } from './session/session';

/** Keeps the context keys of the scan's state true; those of images and of undo are set where they change. */
export function syncContextKeys(session: Session, scans: ScanController): Disposable {
  let hasScan: boolean | undefined;
  let scanning: boolean | undefined;
  const update = (): void => {
    const nowHas = session.state !== undefined;
    const nowScanning = scans.isScanning;
    if (nowHas !== hasScan) void vscodeCommands.executeCommand('setContext', contextKeys.hasScan, nowHas);
    if (nowScanning !== scanning) void vscodeCommands.executeCommand('setContext', contextKeys.scanning, nowScanning);
    hasScan = nowHas;
    scanning = nowScanning;
  };
  update();
  return Disposable.from(
    session.onDidChange(({ cause }) => {
      if (cause !== 'threshold') update();
    }),
    scans.onDidProgress(update),
  );
}
