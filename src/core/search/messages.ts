/** What the crop search and the tracker say; English, and the keys of the translations. */
export const searchMessages = {
  outside: 'The region {0} (x, y, width, height) does not lie inside the image of {1} pixels.',
  tooSmall: 'The region of {0} pixels is too small to be told from others; mark at least {1} pixels.',
  noQuery: 'The image {0} can’t be read: {1}',
  notRead: '{0} of the images could not be read and were not searched.',
  notFitting:
    '{0} of the images are smaller than the region at every size it is looked for, or far too large; they were not searched.',
  nothing: 'There is no other image to search below {0}.',
  noFrames: 'There are fewer than two frames in {0}; name the folder that holds the numbered images itself.',
  notAFrame: 'The frame to start from, {0}, is not one of the images in {1}.',
  otherFiles: '{0} images in the folder do not belong to the sequence of {1} and were left out.',
  noNumbers: 'The file names have no numbers; the frames were taken in the order of their names.',
  twice: '{0} frame numbers are there more than once, as that of {1}; those frames follow each other.',
  missing: '{0} frame numbers are missing: {1}.',
  otherSize: 'Frame {0} is {1} pixels large, the first one {2}; the box was scaled along.',
  unreadFrames: '{0} frames could not be read: {1}.',
} as const;
