/** Every message that reading and changing a workspace gives, in one place so that translations can be checked against it. */
export const workspaceMessages = {
  rootMissing: 'The folder {0} does not exist.',
  rootNotFolder: '{0} is not a folder.',
  rootUnreadable: 'The folder {0} cannot be read ({1}).',
  folderUnreadable: 'The folder {0} could not be read ({1}); its images are not part of the scan.',
  folderBadName: 'The folder {0} has a name that is not valid UTF-8; rename it to have its images scanned.',
  folderLoop: 'The link {0} leads to a folder that it lies in itself; it was not followed.',
  startExcluded: 'Nothing below {0} is scanned: {1} is excluded.',
  ignoreListUnreadable: 'The ignore list {0} could not be read ({1}); nothing was left out because of it.',
  dvcFolder: 'The folder {0} is kept by DVC and has not been fetched; run "dvc pull" to have its images scanned.',

  labelsNone: 'No labels: no folder was taken for a class.',
  labelsNoneBecause: 'No labels: no folder was taken for a class. "{0}": {1}.',
  labelsFolders: 'Labels: {0} classes from folder names ({1}).',
  labelsOff: 'Labels are off.',
  labelsCsv: 'Labels: {0} classes from {1}.',

  csvUnreadable: 'The label file {0} cannot be read ({1}).',
  csvHeader: 'The label file {0} has no columns named "path" and "label" in its first row.',
  csvFields: '{0}, row {1}: no path or no label; the row was left out.',
  csvQuote: '{0}, row {1}: a quote is never closed; the rest of the file was left out.',
  csvAgain: '{0}, row {1}: "{2}" already has a label; the last one counts.',
  csvMore: '{0}: {1} more broken rows.',
  csvOutside: '{0}, row {1}: "{2}" does not lie below the scanned folder; the row was left out.',
  csvUnmatched: '{0}: {1} rows name files that are not among the scanned images, for example "{2}".',

  configUnreadable: 'The settings file {0} cannot be read ({1}); it was left out.',
  configSyntax: '{0}, line {1}, column {2}: {3}. The whole file was left out.',
  configNotObject: '{0} must hold an object; it was left out.',
  configUnknownKey: '{0}: there is no setting named {1}.',
  configUnknownKeyHint: '{0}: there is no setting named {1}; did you mean "{2}"?',
  configBadValue: '{0}: {1} is {2}, but must be {3}. The value was left out.',

  verdictBroken: '{0}, line {1}: not a verdict ({2}). The line was left out and is kept.',
  verdictsUnreadable: 'The verdicts in {0} cannot be read ({1}); they were left out.',
  verdictsReadOnly:
    'The verdict could not be saved: {0} is read-only ({1}). It holds until this window is closed, and is saved with the next one that can be.',
  verdictsNotSaved:
    'The verdict could not be saved in {0} ({1}). It holds until this window is closed, and is saved with the next one that can be.',

  trashKeepMissing: 'Nothing was moved: {0}, the file to keep, does not exist.',
  trashKeepUnreadable: 'Nothing was moved: {0}, the file to keep, cannot be read ({1}).',
  trashKeepChanged: 'Nothing was moved: {0}, the file to keep, has changed since the scan. Scan again first.',
  trashNothing: 'Nothing was moved: no file was named.',
  trashMissing: '{0} was not moved: it does not exist.',
  trashChanged: '{0} was not moved: it has changed since the scan. Scan again first.',
  trashUnreadable: '{0} was not moved: it cannot be read ({1}).',
  trashNotFile: '{0} was not moved: it is not a file.',
  trashOutside: '{0} was not moved: it lies outside of {1}.',
  trashBehindLink: '{0} was not moved: it lies behind a linked folder, and what a link leads to is never moved.',
  trashSameFile: '{0} was not moved: {1}, the file to keep, is the same file by another path.',
  trashKeepLinksTo: '{0} was not moved: {1}, the file to keep, is a link to it.',
  trashOtherDisk:
    '{0} was not moved: the trash folder {1} is on another disk. Name a folder on the same disk in the setting twinlint.trashFolder.',
  trashReadOnly: '{0} was not moved: {1} is read-only ({2}).',
  trashFailed: '{0} was not moved ({1}).',
  trashNoFolder:
    'Nothing was moved: the trash folder {0} cannot be made ({1}). Name another in the setting twinlint.trashFolder.',
  trashBadFolder: 'Nothing was moved: the setting twinlint.trashFolder names {0}, which holds the files to scan.',
  trashSibling:
    'Trashed files go to {0}, beside the folder: each folder in here is a class to most loaders. The setting twinlint.trashFolder changes that.',
  trashHardLinks: '{0} has {1} more names (hard links); they stay where they are.',
  trashDamaged: 'The trash entry {0} has no readable manifest; the {1} files in it are kept.',
  trashRecovered: 'A move to the trash was interrupted: {0} of {1} files were moved and can be restored.',
  undoConflict: '{0} was not restored: another file stands there.',
  undoMissing: '{0} was not restored: it is no longer in the trash.',
  undoFailed: '{0} was not restored ({1}).',
} as const;
