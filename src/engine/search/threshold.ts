/**
 * Scores from here on count as found. Placeholder comment until measured.
 */
export const DEFAULT_THRESHOLD = 0.5;
export const HOLD = 0.35;
export const FIND = 0.5;
