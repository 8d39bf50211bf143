/** Every sentence that findings speak in, in one place so that translations can be checked against it. English = l10n key. */
export const findingMessages = {
  exact: 'Exact copy of {0}.',
  near: 'Near-duplicate of {0} ({1}).',
  leakExact: 'Split leak: the same file is in {0} (here) and {1}: {2}.',
  leakNear: 'Split leak: the same picture is in {0} (here) and {1}: {2} ({3}).',
  conflictExact: 'Label conflict: {0} here, but {1} for the same file {2}.',
  conflictNear: 'Label conflict: {0} here, but {1} for its near-duplicate {2} ({3}).',
  mislabeled: 'Mislabeled? Labeled {0}, but looks like {1}: {2} of its {3} nearest images are {1}.',
  alsoConflict: 'The labels differ too: {0} here, {1} there.',

  distance: 'distance {0}',
  distanceAndTransform: 'distance {0}, {1}',
  mirror: 'mirrored',
  turn: 'turned by {0}°',
  mirrorTurn: 'mirrored and turned by {0}°',

  empty: 'Unreadable image: the file is empty. Fetch it again, or remove it from the data set.',
  truncated: 'Unreadable image: the file is cut off, its end is missing. Fetch it again, or remove it from the data set.',
  notAnImage: 'Unreadable image: this is not an image, whatever its name says. Rename it, or leave it out in .twinlintignore.',
  damaged: 'Unreadable image: the file is damaged. Fetch it again, or remove it from the data set.',
  tooLarge: 'Unreadable image: it has too many pixels to open safely. Shrink it, or raise the setting twinlint.maxPixels.',
  noPermission: 'Unreadable image: no permission to read the file. Change its access rights, then scan again.',
  gone: 'Unreadable image: the file disappeared while it was scanned. Scan again.',
  badName: 'Unreadable image: its name is not valid UTF-8. Rename it, then scan again.',
  unsupported:
    'Unsupported format: Twinlint cannot read this kind of image. Convert it to PNG, JPEG, WebP or TIFF to have it compared.',
  pointer: 'Not fetched: only a Git LFS or DVC pointer is here. Run “git lfs pull” or “dvc pull”, then scan again.',
  withDetail: '{0} ({1})',
} as const;
