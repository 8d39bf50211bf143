/** Sentences about samples of image, sound and sensors. English = l10n key. */
export const modalityMessages = {
  imageOdd:
    'The image of {0} does not seem to belong to its sound and its sensors, which fit each other (estimated chance: {1}).',
  soundOdd:
    'The sound of {0} does not seem to belong to its image and its sensors, which fit each other (estimated chance: {1}).',
  sensorsOdd:
    'The sensor values of {0} do not seem to belong to its image and its sound, which fit each other (estimated chance: {1}).',
  apart: 'Image, sound and sensors of {0} do not seem to belong together (estimated chance: {1}); which is wrong cannot be told.',
  fitsBetter: '{0} fits better: look at both, and exchange or replace what is wrong.',
  review: 'Look at all three, and replace or remove what is wrong.',
  imageMissing: 'The sample {0} has a sound and sensor values but no image, which {1} of {2} samples have.',
  soundMissing: 'The sample {0} has an image and sensor values but no sound ({0}.wav), which {1} of {2} samples have.',
  sensorsMissing: 'The sample {0} has an image and a sound but no sensor values ({0}.csv), which {1} of {2} samples have.',
  unreadableImage: 'This image cannot be read, so its sample was not judged.',
  noSamples:
    'No image below this folder has both a sound and sensor values of its name, such as weld01.wav and weld01.csv beside weld01.png.',
  images: '{0} images have neither a sound (.wav) nor sensor values (.csv) of their name and were left out.',
  severalImages:
    '{0} images, such as {1}, have the name of another image of their folder, but for the ending, and were left out.',
  fewSamples: 'Only {0} different samples are complete. At least {1} are needed to learn what belongs together.',
  notInformative:
    'The networks did not learn to tell what belongs together on these {0} samples, so no mismatch is reported. Longer training (--seconds) may help, or more samples.',
  imageNotInformative:
    'What image belongs to a sound and to sensor values could not be learned, so no image is reported as wrong.',
  soundNotInformative:
    'What sound belongs to an image and to sensor values could not be learned, so no sound is reported as wrong.',
  sensorsNotInformative:
    'What sensor values belong to an image and to a sound could not be learned, so none are reported as wrong.',
  fileUnreadable: 'This file cannot be read ({0}).',
  fileTooLarge: 'This file has {0} MB; at most {1} MB are read.',
  wavNot: 'This is no WAV file: it does not begin with RIFF and WAVE. Convert it to WAV (PCM).',
  wavBigEndian: 'This is a big-endian WAV file (RIFX), which is not read. Convert it to plain WAV (PCM).',
  wavBroken: 'This WAV file is broken: it has no {0} part, or an incomplete one. Record or export it again.',
  wavFormat: 'This WAV file is stored in a way that is not read (format {0}, {1} bits). Convert it to PCM of 16 bits.',
  wavTruncated: 'This WAV file is cut short: it should hold {0} s of sound and holds {1} s. Copy or record it again.',
  wavEmpty: 'This WAV file holds no sound at all (0 samples).',
  wavSilent: 'This WAV file holds nothing but silence.',
  csvNotText: 'This is no text: save the sensor values as CSV, in UTF-8.',
  csvEmpty: 'This file holds no rows of values.',
  csvFewRows: 'This file holds only {0} row of values; a course of time needs at least 2.',
  csvQuote: 'A quotation mark of this file is never closed, so its rows cannot be told apart.',
  csvRow: 'Line {0} has {1} columns where the first row has {2}.',
  csvNoNumbers: 'No column of this file holds numbers.',
  csvGaps: 'The column {0} has no value in more than half of the rows.',
  csvColumns: 'This file lacks the column {0}, which most files have.',
  csvColumnCount: 'This file has {0} columns of numbers, most have {1}. Columns without names are matched by their order.',
  csvText: 'Columns with text were left out: {0} (in {1} files, such as {2}).',
  csvExtra: 'Columns that most files lack were left out: {0} (in {1} files, such as {2}).',
} as const;
