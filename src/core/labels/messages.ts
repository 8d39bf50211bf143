/** Sentences about judging labels. English = l10n key. */
export const labelMessages = {
  noLabels:
    'No image has a label, so there is none to judge: put the images into class folders, or name a CSV file with --labels.',
  oneClass: 'All images carry one label; labels can be judged only where there are two classes or more.',
  noneJudged: 'Every class has fewer than {0} different images: nobody can learn from so few what its images look like.',
  fewImages:
    '{0} images of {1} classes with fewer than {2} different images were not judged: so few do not show what their class looks like.',
  notInformative:
    'The networks did not learn to tell the classes apart, so their doubts mean little: the scores are a rank, and nothing is reported. Train longer, with --label-seconds, or use your own model, with --pred-probs or --embeddings.',
  notCalibrated: 'Fewer than {0} labels could be judged: the scores are a rank, not probabilities.',
  declared: 'The probabilities in {0} are taken to be out-of-fold: from models that had not seen the label they judge.',
  columnMissing: '{0} has no column “{1}”.',
  noPathColumn: '{0} needs a first line with a column “path”.',
  notNumbers: '{0}, line {1}: {2} is no number.',
  wrongLength: '{0}, line {1}: {2} fields where there should be {3}.',
  notProbabilities: '{0}, line {1}: the numbers are no probabilities: each must be from 0 to 1, and together they must give 1.',
  fileUnreadable: '{0} cannot be read ({1}).',
  smallBoxes: '{0} boxes are less than {1} pixels wide or high and were left out.',
  outsideBoxes: '{0} boxes lie outside of their image and were left out.',
  boxesGiven: 'Boxes are judged by networks trained on them; --pred-probs and --embeddings are about whole images.',
  pathsMissing: '{0} says nothing of {1} of {2} images, such as {3}; they were not judged.',
  pathsUnknown: '{1} lines of {0} name no image of this folder, such as {2}.',
  nothingMatches: 'No path in {0} is that of an image; paths are relative to the folder, with “/”.',
} as const;
