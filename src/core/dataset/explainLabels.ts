import type { ScanSettings } from '../settings/scanSettings';
import type { FolderAnalysis, FolderReason } from './labels';
import { workspaceMessages as messages } from './messages';
import { note } from './note';
import type { Note } from './note';

/** Why a folder is a class or none, in words that complete "cat: …". English and l10n keys. */
export const folderReasonTexts: Readonly<Record<FolderReason, string>> = {
  class: 'a class',
  'setting-class': 'a class, by the settings',
  'setting-not': 'no class, by the settings',
  'part-of-class': 'part of the class above it',
  'holds-classes': 'holds classes, so its own images have no label',
  'only-one': 'the only folder of its kind, and one class alone says nothing',
  'no-images': 'holds no images itself',
  'rule-off': 'labels do not come from folders',
  candidate: 'holds no images itself',
  number: 'holds no images itself',
  split: 'a split',
  date: 'a date',
  camera: 'a folder that a camera makes',
  album: 'stands among or below date or camera folders, so it is taken for an album',
  batch: 'a numbered batch',
  container: 'a general name for a container',
  unlabelled: 'waits to be labelled',
};

/** How many class names a summary lists. */
const namedClasses = 5;

/** One line for the scan's summary: where the labels come from, and where there are none, why. */
export function explainLabels(analysis: FolderAnalysis, settings: Pick<ScanSettings, 'labels'>): Note {
  if (settings.labels === 'none') return note(messages.labelsOff);
  if (settings.labels === 'sidecars') return note(messages.labelsSidecars, analysis.classes.length);
  if (settings.labels !== 'folders') return note(messages.labelsFile, analysis.classes.length, settings.labels);
  const { classes, folders } = analysis;
  if (classes.length > 0) {
    const more = classes.length > namedClasses ? ' …' : '';
    return note(messages.labelsFolders, classes.length, classes.slice(0, namedClasses).join(', ') + more);
  }
  const largest = folders.reduce<(typeof folders)[number] | undefined>(
    (best, folder) => (folder.images > (best?.images ?? 0) ? folder : best),
    undefined,
  );
  if (!largest) return note(messages.labelsNone);
  return note(messages.labelsNoneBecause, largest.folder, folderReasonTexts[largest.reason]);
}
