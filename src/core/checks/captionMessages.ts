/** Sentences about captions. English = l10n key. */
export const captionMessages = {
  mismatch: 'The caption “{0}” does not seem to fit this image (estimated chance that it is wrong: {1}).',
  mismatchBetter:
    'The caption “{0}” does not seem to fit this image (estimated chance that it is wrong: {1}); that of {2} fits better: “{3}”.',
  useOther: 'Use the caption of {0}: “{1}”.',
  review: 'Look at the image and correct its caption.',
  missing: 'This image has no caption, as {0} of {1} images have: there is no {2} beside it.',
  empty: 'The caption file {0} is empty.',
  tooLarge: 'The caption file {0} has {1} kB; a caption has 64 kB at most, so this is probably something else.',
  binary: 'The caption file {0} is no text: save it as UTF-8.',
  unreadable: 'The caption file {0} cannot be read ({1}).',
  duplicateSame: 'This caption, “{0}”, is also that of {1} other images, such as {2}.',
  duplicateNear: 'This caption, “{0}”, says nearly the same as that of {1}: “{2}” (distance {3}).',
  noCaptions:
    'No image below this folder has a caption. A caption is a text file with the image’s name, such as cat.txt beside cat.png.',
  annotations:
    '{0} text files, such as {1}, hold rows of numbers: these are annotations (YOLO), not captions, and were left out.',
  fewCaptions: 'Only {0} different images have a caption. At least {1} are needed to learn whether captions fit.',
  sameCaptions: 'The captions are nearly all the same ({0} different ones): whether they fit cannot be learned.',
  notInformative:
    'The networks did not learn to tell fitting captions from others on these {0} images, so no mismatch is reported. Longer training (--seconds) may help, or more images.',
  unreadableImages: '{0} images, such as {1}, could not be read and were not judged.',
  capped: 'Captions are compared with each other for the first {0} different ones only.',
} as const;
