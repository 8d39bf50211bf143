export type ListMode = 'pairs' | 'groups' | 'classes';
/** Columns of the table of classes. */
export type ClassColumn = 'label' | 'images' | 'within' | 'across' | 'agreeing';
export type PairOrder = 'closest' | 'borderline';
export const mapColours = ['label', 'split', 'finding'] as const;
/** What the marks of the map tell. */
export type MapColour = (typeof mapColours)[number];
export type CompareMode = 'side' | 'blink' | 'difference';

/** What of the page outlives it: VS Code destroys hidden pages. */
export interface SavedState {
  readonly mode: ListMode;
  readonly order: PairOrder;
  readonly compareMode: CompareMode;
  readonly pairsScroll: number;
  readonly groupsScroll: number;
  readonly selectedPair: number;
  readonly selectedGroup: number;
  /** What "Aim for Precision" and "Aim for Recall" aim for, 0…1. */
  readonly aimPrecision: number;
  readonly aimRecall: number;
  readonly classColumn: ClassColumn;
  readonly classDescending: boolean;
  /** What the marks of the map tell. */
  readonly mapColour: MapColour;
}

export const initialState: SavedState = {
  mode: 'pairs',
  order: 'closest',
  compareMode: 'side',
  pairsScroll: 0,
  groupsScroll: 0,
  selectedPair: 0,
  selectedGroup: 0,
  aimPrecision: 0.95,
  aimRecall: 0.95,
  classColumn: 'across',
  classDescending: true,
  mapColour: 'label',
};

/** Takes what fits of a saved state, which may be of an older version, and the initial value for the rest. */
export function parseSavedState(value: unknown): SavedState {
  const saved = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const oneOf = <T extends string>(key: keyof SavedState, options: readonly T[]): T =>
    options.find(option => option === saved[key]) ?? (initialState[key] as T);
  const count = (key: keyof SavedState): number => {
    const number = saved[key];
    return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : 0;
  };
  const share = (key: 'aimPrecision' | 'aimRecall'): number => {
    const number = saved[key];
    return typeof number === 'number' && number > 0 && number <= 1 ? number : initialState[key];
  };
  return {
    mode: oneOf('mode', ['pairs', 'groups', 'classes']),
    order: oneOf('order', ['closest', 'borderline']),
    compareMode: oneOf('compareMode', ['side', 'blink', 'difference']),
    pairsScroll: count('pairsScroll'),
    groupsScroll: count('groupsScroll'),
    selectedPair: Math.floor(count('selectedPair')),
    selectedGroup: Math.floor(count('selectedGroup')),
    aimPrecision: share('aimPrecision'),
    aimRecall: share('aimRecall'),
    classColumn: oneOf('classColumn', ['label', 'images', 'within', 'across', 'agreeing']),
    classDescending: typeof saved.classDescending === 'boolean' ? saved.classDescending : initialState.classDescending,
    mapColour: oneOf('mapColour', mapColours),
  };
}
