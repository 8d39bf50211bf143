/** Why an image can't take along what belongs to it. */
export const sidecarMessages = {
  shared: '{0} was not moved: {1} belongs to {2} too, which stays.',
  noParallel: '{0} was not moved: what belongs to it lies in a folder {1} beside {2}, and the new place has no folder {2}.',
  sameTarget: '{0} was not moved: another file goes to {1} too.',
  listTooLarge: '{0} was not moved: {1} names it, which is too large to edit.',
  listEncoding: '{0} was not moved: {1} names it, which is not valid UTF-8.',
  listLink: '{0} was not moved: {1} names it, which is a link.',
  listAmbiguous: '{0} was not moved: {1} names {2}, which may be this image or another.',
  listPlace: '{0} was not moved: {1} names it, and cannot name {2}.',
  listNoOther: '{0} was not moved: {1} lists the images of {2}, and there is no such list of {3} to take its row.',
  listColumns: '{0} was not moved: its row in {1} has other columns than {2}.',
  listCategories: '{0} was not moved: the categories of {1} are not those of {2}.',
} as const;
