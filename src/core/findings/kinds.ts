export type Severity = 'error' | 'warning' | 'information' | 'off';

/** What is known of one kind of finding; the order of {@link findingKinds} is the order of urgency. */
export interface KindInfo {
  /** Problems hides hints, so a hint is never a severity here. */
  readonly severity: Severity;
  /** English title, also the l10n key. */
  readonly title: string;
  /** English description for settings, docs and SARIF rules, also the l10n key. */
  readonly description: string;
  /** Whether the finding is about two images (and so has a distance), or about one file. */
  readonly about: 'pair' | 'file';
}

/** The one table of finding kinds: settings, diagnostics, reports, SARIF rules and docs are made from it. Most urgent first. */
export const findingKinds = {
  'unreadable-image': {
    severity: 'error',
    title: 'Unreadable image',
    description: 'The file looks like an image but cannot be decoded: empty, cut off, damaged, or too large to open safely.',
    about: 'file',
  },
  'split-leak': {
    severity: 'warning',
    title: 'Split leak',
    description: 'The same picture stands in two splits, so that a test would measure memory instead of learning.',
    about: 'pair',
  },
  'identity-leak': {
    severity: 'warning',
    title: 'Identity leak',
    description:
      'Pictures of one patient, video or scene (told by the setting “groupBy”) stand in two splits, so that a test would measure memory.',
    about: 'file',
  },
  'label-conflict': {
    severity: 'warning',
    title: 'Label conflict',
    description: 'Two near-identical pictures carry different labels.',
    about: 'pair',
  },
  mislabeled: {
    severity: 'warning',
    title: 'Mislabeled',
    description: 'The picture looks like another class than the one it carries, to a model that has not seen its label.',
    about: 'file',
  },
  'exact-duplicate': {
    severity: 'information',
    title: 'Exact duplicate',
    description: 'Two files hold the same bytes.',
    about: 'pair',
  },
  'near-duplicate': {
    severity: 'information',
    title: 'Near-duplicate',
    description: 'Two pictures are the same but for an alteration such as resizing, recompression, a crop or a border.',
    about: 'pair',
  },
  'verdict-contradicted': {
    severity: 'information',
    title: 'Verdict contradicted',
    description: 'What you said of two pictures does not go with what your model learned, or with other things that you said.',
    about: 'file',
  },
  'not-fetched': {
    severity: 'information',
    title: 'Not fetched',
    description: 'The file is a Git LFS or DVC pointer; its content has not been downloaded.',
    about: 'file',
  },
  'unsupported-format': {
    severity: 'information',
    title: 'Unsupported format',
    description: 'An image format that Twinlint does not read (HEIC, JPEG XL, camera RAW, DICOM).',
    about: 'file',
  },
  blurry: {
    severity: 'off',
    title: 'Blurry',
    description: 'The picture has no fine detail, even seen small.',
    about: 'file',
  },
  'too-dark': {
    severity: 'off',
    title: 'Too dark',
    description: 'Even the brightest parts of the picture are dark.',
    about: 'file',
  },
  'too-bright': {
    severity: 'off',
    title: 'Too bright',
    description: 'Even the darkest parts of the picture are bright.',
    about: 'file',
  },
  'low-information': {
    severity: 'off',
    title: 'Low information',
    description: 'The picture is (nearly) of one brightness.',
    about: 'file',
  },
  'odd-size': {
    severity: 'off',
    title: 'Odd size',
    description: 'The picture is far larger or smaller than the data set’s others.',
    about: 'file',
  },
  'odd-aspect-ratio': {
    severity: 'off',
    title: 'Odd aspect ratio',
    description: 'The picture is far longer one way than the other.',
    about: 'file',
  },
  'odd-channels': {
    severity: 'off',
    title: 'Odd channels',
    description: 'The picture is grey where nearly all others have colour, the reverse, or one of few with transparency.',
    about: 'file',
  },
  outlier: {
    severity: 'off',
    title: 'Outlier',
    description: 'The picture is like no other picture of the data set.',
    about: 'file',
  },
} as const satisfies Record<string, KindInfo>;

export type FindingKind = keyof typeof findingKinds;

/** All kinds, most urgent first. */
export const allFindingKinds = Object.keys(findingKinds) as FindingKind[];

export const isFindingKind = (value: string): value is FindingKind => Object.hasOwn(findingKinds, value);
