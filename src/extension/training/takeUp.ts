import { workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { isThere } from '../../workspace/identity';
import { modelNameOf } from '../../workspace/models';
import type { Messenger } from '../util/messages';
import type { InterruptedJob, JobStore, TrainingJob } from './jobStore';

export interface TakeUpParts {
  readonly jobs: JobStore;
  readonly messenger: Messenger;
  readonly log: LogOutputChannel;
  readonly goOn: (job: TrainingJob) => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

/** The window that a reload ends is still there for a moment. */
const patienceMs = 10_000;
const pollMs = 500;
/** What was interrupted longer ago is only taken up when the user says so. */
const freshMs = 60 * 60 * 1000;

/** Takes up the training that was under way when the window was reloaded or closed, or says what became of it. */
export class TakeUp {
  constructor(private readonly parts: TakeUpParts) {}

  async run(): Promise<void> {
    const { jobs, messenger, goOn, refresh } = this.parts;
    const { t } = messenger;
    if (!workspace.isTrusted) return;
    const found = await this.abandoned();
    if (!found) return;
    const { job, hasCheckpoint, hasModel } = found;
    const name = modelNameOf(job.params.outPath);
    if (hasModel) {
      await jobs.clear();
      await refresh();
      messenger.info(t('The training of {0} had just ended when the window went away: the model is listed.', name));
      return;
    }
    const again = { label: t('Go On'), run: () => goOn(job) };
    if (!hasCheckpoint) {
      await jobs.clear();
      messenger.warn(t('The training of {0} ended with the window, before there was anything to keep.', name), {
        label: t('Train Again'),
        run: () => goOn(job),
      });
    } else if (this.ageMs(job) > freshMs || !(await isThere(job.root))) {
      const when = new Date(job.startedAt).toLocaleString();
      messenger.info(t('The training of {0} ({1}) was interrupted and can go on.', name, when), again, {
        label: t('Discard'),
        run: () => jobs.clear(),
      });
    } else {
      messenger.info(t('The training of {0} goes on from where it was when the window was reloaded.', name));
      await goOn(job);
    }
  }

  /** What was interrupted, unless another window still works on it. */
  private async abandoned(): Promise<InterruptedJob | undefined> {
    const { jobs, log, now = Date.now, wait = delay } = this.parts;
    const end = now() + patienceMs;
    for (;;) {
      const found = await jobs.read();
      if (!found?.isOwned) return found;
      if (now() >= end) {
        log.info('Another window of this workspace is training.');
        return undefined;
      }
      await wait(pollMs);
    }
  }

  private ageMs(job: TrainingJob): number {
    return (this.parts.now ?? Date.now)() - Date.parse(job.startedAt);
  }
}

const delay = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
