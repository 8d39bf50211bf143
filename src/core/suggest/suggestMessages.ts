import type { Note } from '../dataset/note';
import { note } from '../dataset/note';

/** What suggesting labels from references says; English, and the keys of the translations. */
export const suggestMessages = {
  noReferences:
    'There are no class folders with images in {0}: make a folder for each class there, with one to five images that show it.',
  oneClass:
    'There is only one class with images in {0}, {1}: an image is told to be of one class by what sets it apart from others.',
  sameFolder: 'The images to label and the references are one folder, {0}: references stand in a folder of their own.',
  noImages: 'There are no images to label in {0}.',
  tooMany: 'There are {0} images in {1}; labels are suggested for at most {2} at a time. Name a folder below it.',
  noneReadable: 'None of the {0} images to label could be read.',
  emptyClass: 'The class {0} is left out: none of its {1} references could be read.',
  unreadReferences: '{0} references, such as {1}, could not be read.',
  loose: '{0} images directly in {1} belong to no class folder and were left out.',
  inTwoClasses: 'One picture stands for two classes, as {0} and as {1}; it was left out.',
  referencesSkipped: '{0} images to label are references themselves and get no suggestion.',
  unread: '{0} images, such as {1}, could not be read and get no suggestion.',
  otherRelation:
    'The model {0} says what is {1}, not what is of one class; the encoder that ships with Twinlint was used in its place.',
  givenRelation: 'The model {0} was trained to tell what is {1}, not what is of one class: expect less of its suggestions.',
  acceptedMany: '{0} images moved to class {1}',
  acceptedClasses: '{0} images moved to {1} classes',
} as const;

/** What the journal calls an accepted batch. @param labels of the images, one each */
export function acceptedNote(labels: readonly string[]): Note {
  const classes = new Set(labels);
  return classes.size === 1
    ? note(suggestMessages.acceptedMany, labels.length, labels[0])
    : note(suggestMessages.acceptedClasses, labels.length, classes.size);
}
