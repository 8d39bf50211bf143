import type { PanelPage } from '../panelPage';
import type { Scenario } from '../scenario';

export const groups = { mode: 'groups' };
export const classes = { mode: 'classes' };

export interface State {
  readonly name: string;
  readonly scenario: Partial<Scenario> & { readonly pairs: number };
  readonly shows: string;
  readonly reach?: (panel: PanelPage) => Promise<void>;
}

/** Every state of the pairs' own views, with a sentence that must stand there. */
export const pairStates: readonly State[] = [
  { name: 'grid', scenario: { pairs: 10_000 }, shows: 'Problems shows 1,000 of' },
  { name: 'grid-3', scenario: { pairs: 3, threshold: 0.4 }, shows: '3 pairs' },
  {
    name: 'grid-hover',
    scenario: { pairs: 10_000 },
    shows: 'Not a Duplicate (D)',
    reach: panel => panel.cell(1).hover(),
  },
  {
    name: 'answers',
    scenario: { pairs: 10_000, answers: { similar: 74, different: 41, audits: 38 } },
    shows: '38 audits',
  },
  {
    name: 'answers-few',
    scenario: { pairs: 300, answers: { similar: 5, different: 3, audits: 2 }, threshold: 0.1 },
    shows: '2 audits; 30 give a useful interval',
  },
  { name: 'classes', scenario: { pairs: 10_000, saved: classes }, shows: 'most with dog: 221' },
  {
    name: 'classes-many',
    scenario: { pairs: 10_000, saved: classes, classCount: 1234, answers: { similar: 74, different: 41, audits: 38 } },
    shows: 'The 500 classes with most pairs, of 1,234.',
  },
  { name: 'classes-no-pairs', scenario: { pairs: 0, saved: classes }, shows: 'Pairs under 0.250 by class' },
  { name: 'groups', scenario: { pairs: 10_000, saved: groups }, shows: '201 of 1,234 images' },
  { name: 'compare', scenario: { pairs: 10_000, view: 'compare' }, shows: 'Pair 1 of' },
  {
    name: 'compare-difference',
    scenario: { pairs: 10_000, view: 'compare', saved: { compareMode: 'difference' } },
    shows: 'Brightness ×4',
    reach: panel => panel.page.getByRole('button', { name: 'Brightness' }).click(),
  },
  {
    name: 'compare-blink',
    scenario: { pairs: 10_000, view: 'compare', saved: { compareMode: 'blink' } },
    shows: 'Right: IMG',
    reach: panel => panel.page.keyboard.press('Space'),
  },
  {
    name: 'compare-unreadable',
    scenario: { pairs: 3, view: 'compare', brokenPreviews: ['_copy', '00001'] },
    shows: 'The file is cut off, its end is missing.',
  },
  { name: 'neighbours', scenario: { pairs: 10, view: 'neighbours' }, shows: 'Nearest to IMG' },
  { name: 'region', scenario: { pairs: 10, view: 'region' }, shows: 'Drag on the picture' },
  { name: 'region-found', scenario: { pairs: 10, view: 'region', found: 14 }, shows: 'Found in 14 of 1,000 other images' },
  { name: 'region-none', scenario: { pairs: 10, view: 'region', found: 0 }, shows: 'Not found in 1,000 other images.' },
];

/** The same of the other views, and of what lacks, fails or is under way. */
export const otherStates: readonly State[] = [
  { name: 'suggest', scenario: { pairs: 10, view: 'suggest' }, shows: 'By the encoder that comes with Twinlint.' },
  {
    name: 'suggest-none',
    scenario: { pairs: 10, view: 'suggest', suggest: { none: true } },
    shows: 'No labels were suggested yet',
  },
  { name: 'training-none', scenario: { pairs: 10, view: 'training' }, shows: 'Everything stays on this machine' },
  { name: 'training-starting', scenario: { pairs: 10, view: 'training', training: 'starting' }, shows: 'Listing images' },
  { name: 'training-reading', scenario: { pairs: 10, view: 'training', training: 'reading' }, shows: 'Reading images' },
  { name: 'training-learning', scenario: { pairs: 10, view: 'training', training: 'learning' }, shows: 'about 36 s left' },
  {
    name: 'training-compared',
    scenario: { pairs: 10, view: 'training', training: 'compared' },
    shows: 'On the same 38 audits, each at its own threshold',
  },
  {
    name: 'training-compared-no-audits',
    scenario: { pairs: 10, view: 'training', training: 'comparedWithoutAudits' },
    shows: 'No audits of this relation yet',
  },
  {
    name: 'training-cancelling',
    scenario: { pairs: 10, view: 'training', training: 'cancelling' },
    shows: 'the best so far is kept',
  },
  {
    name: 'training-done',
    scenario: { pairs: 10, view: 'training', training: 'done' },
    shows: 'Near-duplicate: 31 new, 12 gone',
  },
  { name: 'training-failed', scenario: { pairs: 10, view: 'training', training: 'failed' }, shows: 'There is only one class' },
  {
    name: 'training-locked',
    scenario: { pairs: 10, view: 'training', training: 'locked' },
    shows: 'This workspace is not trusted',
  },
  { name: 'no-scan', scenario: { pairs: 0, noScan: true }, shows: 'No scan yet' },
  { name: 'no-images', scenario: { pairs: 0, summary: { images: 0, readable: 0 } }, shows: 'No images found' },
  { name: 'unreadable', scenario: { pairs: 0, summary: { images: 12, readable: 0 } }, shows: 'None of 12 images could be read' },
  { name: 'no-twins', scenario: { pairs: 0 }, shows: 'No twins among 49,990 images' },
  { name: 'none-under', scenario: { pairs: 100, threshold: 0 }, shows: 'Up to 0.400 there are 100 pairs.' },
  {
    name: 'scanning',
    scenario: { pairs: 100, progress: { phase: 'decode', done: 1234, total: 50_000, etaMs: 95_000 } },
    shows: 'Reading images: 1,234 of 50,000',
  },
  {
    name: 'first-scan',
    scenario: { pairs: 0, noScan: true, progress: { phase: 'count', done: 321, total: 0 } },
    shows: 'Counting images: 321',
  },
  { name: 'loading', scenario: { pairs: 0, silent: true }, shows: '' },
  { name: 'load-error', scenario: { pairs: 3, failures: { ready: 1 } }, shows: 'The engine has stopped' },
  { name: 'list-error', scenario: { pairs: 30, failures: { pairs: 1 } }, shows: 'The list could not be loaded' },
  {
    name: 'action-error',
    scenario: { pairs: 30, failures: { action: 1 } },
    shows: 'The engine has stopped',
    reach: async panel => {
      await panel.cell(0).focus();
      await panel.page.keyboard.press('d');
      await panel.page.getByText('The engine has stopped').waitFor();
    },
  },
  {
    name: 'shortcuts',
    scenario: { pairs: 30 },
    shows: 'Undo the last thing done here',
    reach: panel => panel.page.keyboard.press('?'),
  },
];
