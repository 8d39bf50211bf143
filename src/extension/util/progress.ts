import { ProgressLocation, window } from 'vscode';
import type { CancellationToken, Event } from 'vscode';

/** How far work is. */
export interface Stage {
  readonly message: string;
  /** Of the whole; absent: as before. The bar never goes back. */
  readonly percent?: number;
}

export interface ShownWork<P, T> {
  readonly title: string;
  /** In the status bar, without Cancel. */
  readonly quiet?: boolean;
  readonly onDidProgress: Event<P>;
  /** What one report of the work says; nothing where it says nothing to show. */
  readonly stage: (report: P) => Stage | null | undefined;
  readonly work: (token: CancellationToken) => Promise<T>;
}

/** Shows work as it goes on. VS Code wants increments, where work tells how far it is. */
export function showProgress<P, T>({ title, quiet = false, onDidProgress, stage, work }: ShownWork<P, T>): Promise<T> {
  const location = quiet ? ProgressLocation.Window : ProgressLocation.Notification;
  return Promise.resolve(
    window.withProgress({ location, title, cancellable: !quiet }, async (progress, token) => {
      let shown = 0;
      const listener = onDidProgress(report => {
        const at = stage(report);
        if (!at) return;
        const { message, percent } = at;
        progress.report(percent === undefined ? { message } : { message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent ?? 0);
      });
      try {
        return await work(token);
      } finally {
        listener.dispose();
      }
    }),
  );
}
