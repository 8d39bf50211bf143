/** Sentences about paired folders. English = l10n key. */
export const pairMessages = {
  mismatch: 'This picture and {0} do not seem to belong together (estimated chance: {1}).',
  mismatchBetter: 'This picture and {0} do not seem to belong together (estimated chance: {1}); {2} fits better.',
  useOther: 'Pair it with {0}.',
  review: 'Look at both, and rename or remove what is wrong.',
  missing: 'This picture has no partner in {0}: no file there has the name {1}, as {2} of {3} have.',
  ambiguous: '{0} files, such as {1}, have the name of another file of their folder, but for the ending, and were left out.',
  fewFolders: 'Paired folders are at least two: name them, as in --folders photos,masks.',
  noFolder: 'There is no folder {0} with images below {1}; there are {2}.',
  nested: 'The folder {0} lies in {1}: paired folders stand side by side.',
  noneMeet:
    'No name of {0} is also in {1}: partners have the same name, but for the ending and for what all names of a folder share.',
  fewPairs: 'Only {0} different pictures have a partner. At least {1} are needed to learn what belongs together.',
  notInformative:
    'The networks did not learn to tell partners from others on these {0} pairs, so no mismatch is reported. Longer training (--seconds) may help, or more pictures.',
  unreadable: '{0} pictures, such as {1}, could not be read and were not judged.',
} as const;
