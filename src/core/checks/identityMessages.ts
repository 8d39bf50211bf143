/** Sentences about folders of identities. English = l10n key. */
export const identityMessages = {
  mismatch:
    'This file does not seem to be of {0} (distance {1}, while {2} and less are accepted; estimated chance that it is foreign: {3}).',
  mismatchBetter:
    'This file does not seem to be of {0} (distance {1}, while {2} and less are accepted; estimated chance that it is foreign: {3}); {4} fits better (distance {5}).',
  moveTo: 'If it is of {0}, move it there.',
  review: 'Look at it beside the others of its folder, and move it or leave it out.',
  nothing: 'There are no images and no .csv files below this folder.',
  noFolders:
    'No folder below this one holds images or .csv files. Each identity (person, writer, drawing) has a folder of its own, named after it.',
  looseFiles: '{0} files, such as {1}, lie beside the folders of the identities and were left out.',
  bothMedia: 'There are {0} images and {1} .csv files: the fewer were left out. Check them in a folder of their own.',
  oneIdentity:
    'There is only one identity, {0}: files can be told from others only where there are others. Make a folder for each.',
  fewIdentities: 'There are only {0} identities with two files or more. At least {1} are needed to learn what tells them apart.',
  starterOnly:
    'There are only {0} identities, too few to learn from: they are compared by the encoder that comes with Twinlint, as it is. From {1} on the networks learn from your own files.',
  fewFiles: '{0} identities, such as {1}, have no other file to be compared with, and were not judged.',
  noQuestion: '{0} identities, such as {1}, have references only, and no file to judge.',
  notInformative:
    'The networks did not learn to tell the files of an identity from others ({0} files), so no mismatch is reported. Longer training (--seconds) may help, or more identities.',
  unreadable: 'This file cannot be read ({0}), so it was not judged.',
  strokesEmpty: 'These pen strokes cannot be read: the file has no rows.',
  strokesColumns:
    'These pen strokes cannot be read: columns x and y (named in the first row, or the first two) are needed, but there is {0}.',
  strokesText: 'These pen strokes cannot be read: line {0} has “{1}” where a number is expected.',
  strokesGap: 'These pen strokes cannot be read: line {0} has no value for {1}. Fill the gap, or remove the line.',
  strokesFew: 'These pen strokes cannot be judged: there are {0} points, and at least {1} are needed.',
  strokesTime: 'These pen strokes cannot be read: in line {0} time goes backwards.',
  strokesStill: 'These pen strokes cannot be judged: all points are at one place.',
  strokesLarge: 'These pen strokes were not read: the file has {0} MB, and {1} MB are the most.',
  strokesNoText: 'These pen strokes cannot be read: the file is no text in UTF-8.',
  referencesMissing: 'There are no stored references at {0}: store them with --save-references.',
  referencesForeign: '{0} holds no stored references of Twinlint.',
  referencesNewer: '{0} was written by a newer version of Twinlint (format {1}; this one reads {2}).',
  referencesDamaged: '{0} is damaged: store the references anew with --save-references.',
  referencesUnreadable: '{0} cannot be read ({1}).',
  referencesOfImages: 'The references of {0} are images, but these files are pen strokes.',
  referencesOfStrokes: 'The references of {0} are pen strokes, but these files are images.',
  referencesUnknown: '{0} folders, such as {1}, have no stored references, and were not judged.',
  referencesNoneKnown: 'None of these folders has stored references in {0}, which knows {1} identities, such as {2}.',
  referencesSaved: 'The references of {0} identities were stored in {1}.',
  referencesUnsaved: 'The references could not be stored in {0} ({1}).',
} as const;
