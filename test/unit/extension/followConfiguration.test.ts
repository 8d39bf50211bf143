import { expect, test, vi } from 'vitest';
import { defaultScanSettings, type ScanSettings } from '../../../src/core/settings/scanSettings';
import { ConfigurationFollower } from '../../../src/extension/config/followConfiguration';
import { Session } from '../../../src/extension/session/session';
import type { ScanParams } from '../../../src/protocol/engine';
import { summaryOf } from './fakeEngine';

const paramsOf = (settings: Partial<ScanSettings>): ScanParams => ({
  roots: [{ path: '/w', name: 'w', only: [], settings: { ...defaultScanSettings, ...settings }, filesExclude: [] }],
  verdicts: [],
  keep: true,
  trusted: true,
});

function follow({ scanned, running, now }: { scanned: ScanParams; running?: ScanParams; now: ScanParams }) {
  const session = new Session();
  session.set({ params: scanned, summary: summaryOf(scanned), threshold: 0.2 });
  const run = vi.fn(() => Promise.resolve(undefined));
  const notes = vi.fn();
  const follower = new ConfigurationFollower({
    scans: { specs: () => [], runningParams: running } as never,
    flow: { run, tellFailure: vi.fn() } as never,
    source: { build: () => Promise.resolve({ params: now, notes: [] }) },
    store: {} as never,
    session,
    messenger: { notes } as never,
  });
  return { follower, run, notes };
}

test.each([{ model: 'a' }, { rescoreModel: 'a' }])(
  'settings that have changed since the scan make a new one: %j',
  async change => {
    const { follower, run } = follow({ scanned: paramsOf({}), now: paramsOf(change) });
    follower.refresh();
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1));
  },
);

test('a scan that is under way with these settings already is not cut off by another', async () => {
  const { follower, run, notes } = follow({
    scanned: paramsOf({}),
    running: paramsOf({ model: 'a' }),
    now: paramsOf({ model: 'a' }),
  });
  follower.refresh();
  await vi.waitFor(() => expect(notes).toHaveBeenCalledTimes(1));
  expect(run).not.toHaveBeenCalled();
});

test('one under way with other settings is', async () => {
  const { follower, run } = follow({
    scanned: paramsOf({ model: 'b' }),
    running: paramsOf({ model: 'a' }),
    now: paramsOf({ model: 'b' }),
  });
  follower.refresh();
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1));
});
