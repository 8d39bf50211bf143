import type { Severity } from '../findings/kinds';

/** What is known of one check; English titles are l10n keys. */
export interface CheckInfo {
  readonly title: string;
  readonly description: string;
}

/** The one table of checks: protocol, command line, docs and the editor's commands are made from it or checked against it. */
export const checks = {
  captions: {
    title: 'Captions',
    description: 'Do the captions beside the images (cat.txt beside cat.png) fit them?',
  },
  pairs: {
    title: 'Paired folders',
    description: 'Do pictures of one name in two or more folders (photos and masks, day and night) belong together?',
  },
  modalities: {
    title: 'Image, sound and sensors',
    description: 'Do an image, a .wav and a .csv of sensor values of one name belong together?',
  },
  identities: {
    title: 'Identities',
    description:
      'Does each file (image, or .csv of pen strokes) belong to the identity (person, writer, drawing) whose folder it lies in?',
  },
} as const satisfies Record<string, CheckInfo>;

export type CheckName = keyof typeof checks;
export const allCheckNames = Object.keys(checks) as CheckName[];
export const isCheckName = (value: string): value is CheckName => Object.hasOwn(checks, value);

export interface CheckKindInfo {
  readonly check: CheckName;
  readonly severity: Exclude<Severity, 'off'>;
  readonly title: string;
  readonly description: string;
}

/** The one table of what checks find, most urgent first. */
export const checkFindingKinds = {
  'caption-mismatch': {
    check: 'captions',
    severity: 'warning',
    title: 'Caption mismatch',
    description: 'The caption does not fit the image, to networks that had not seen the two together.',
  },
  'pair-mismatch': {
    check: 'pairs',
    severity: 'warning',
    title: 'Pair mismatch',
    description: 'Two pictures of one name do not belong together, to networks that had not seen the two.',
  },
  'modality-mismatch': {
    check: 'modalities',
    severity: 'warning',
    title: 'Modality mismatch',
    description:
      'Of the image, the sound and the sensor values of one name one does not fit the two others, to networks that had not seen them.',
  },
  'modality-unreadable': {
    check: 'modalities',
    severity: 'warning',
    title: 'Unreadable modality',
    description: 'The image, the .wav or the .csv of a sample cannot be read, is cut short, or holds nothing.',
  },
  'identity-mismatch': {
    check: 'identities',
    severity: 'warning',
    title: 'Identity mismatch',
    description: 'The file does not fit the identity whose folder it lies in, to networks that had not seen the identity.',
  },
  'identity-unreadable': {
    check: 'identities',
    severity: 'warning',
    title: 'Unreadable file of an identity',
    description: 'The image cannot be read, or the .csv holds no pen strokes.',
  },
  'caption-unreadable': {
    check: 'captions',
    severity: 'warning',
    title: 'Unreadable caption',
    description: 'The caption file is too large, holds no text, or cannot be read.',
  },
  'caption-missing': {
    check: 'captions',
    severity: 'warning',
    title: 'Caption missing',
    description: 'The image has no caption where others have one, or an empty one.',
  },
  'pair-missing': {
    check: 'pairs',
    severity: 'warning',
    title: 'Pair missing',
    description: 'The picture has no partner of its name in the other folder, where most have.',
  },
  'modality-missing': {
    check: 'modalities',
    severity: 'warning',
    title: 'Modality missing',
    description: 'A sample lacks its image, its sound or its sensor values, where most samples have all three.',
  },
  'caption-duplicate': {
    check: 'captions',
    severity: 'information',
    title: 'Near-duplicate caption',
    description: 'Different images carry captions that say nearly the same.',
  },
} as const satisfies Record<string, CheckKindInfo>;

export type CheckFindingKind = keyof typeof checkFindingKinds;
export const allCheckFindingKinds = Object.keys(checkFindingKinds) as CheckFindingKind[];
export const isCheckFindingKind = (value: string): value is CheckFindingKind => Object.hasOwn(checkFindingKinds, value);

/** The kinds that one check can find, most urgent first. */
export const kindsOfCheck = (check: CheckName): CheckFindingKind[] =>
  allCheckFindingKinds.filter(kind => checkFindingKinds[kind].check === check);
