/** What the engine says when a model is judged. */
export const evaluateMessages = {
  noLabels:
    'No image has a label to judge the model by: sort the images into class folders, name a CSV of labels, or give pairs.',
  noSimilar: 'No class has two images, so there is no similar pair to judge the model by.',
  noDifferent: 'All images are of one class, so there is no different pair to judge the model by.',
  noVerdicts:
    'There are no verdicts of the relation "{0}" on these images to judge the model by. Mark some pairs as similar and different first, give a table of pairs, or judge by labels.',
  oneKind: 'The {0} pairs are all {1}: judging needs similar and different ones.',
  nothing:
    'There is nothing to judge the model by: no classes, and no verdicts of the relation "{0}". Sort the images into class folders, or give pairs.',
  testOnly: 'Judged on the {0} images of the split "{1}" alone: the others may have been trained on.',
  otherRelation: 'The model tells pictures apart, not classes ({0}): its figures on classes say little of what it is for.',
  pairsPrevalence:
    'Precision is that among the pairs given, of which {0} % are similar; in the whole data set they may be rarer.',
  fitted: 'The model has no calibration: probabilities were fitted to each half of the pairs and judged on the other.',
} as const;
