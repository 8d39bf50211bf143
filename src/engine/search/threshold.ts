/** Scores from here on count as found; docs/SEARCH.md says where it comes from. */
export const DEFAULT_THRESHOLD = 0.7;
/** Following a box: below this it is hidden, where it was seen a frame ago … */
export const HOLD = 0.35;
/** … and from this on it is found again anywhere. */
export const FIND = 0.55;
