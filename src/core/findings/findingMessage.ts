import type { ImageProblem } from '../dataset/image';
import type { Translate } from '../l10n';
import type { TransformName } from '../pairs/pairColumns';
import type { QualityKind } from '../quality/qualityKinds';
import type { Finding } from './finding';
import { findingMessages } from './messages';

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A path as one line of harmless text: control characters, line separators and marks that reorder what is read (which could make
 * one file name look like another) as escapes.
 */
export const displayPath = (path: string): string =>
  path.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    c => escapes[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );

/** A distance for people: three decimals, the same everywhere. */
export const displayDistance = (distance: number): string => distance.toFixed(3);

/** How a twin was turned, in words; undefined where it was not. */
export function transformText(transform: TransformName | undefined, t: Translate): string | undefined {
  if (transform === undefined || transform === 'none') return undefined;
  if (transform === 'mirror') return t(findingMessages.mirror);
  const degrees = transform.slice(transform.lastIndexOf('-') + 1);
  return t(transform.startsWith('mirror') ? findingMessages.mirrorTurn : findingMessages.turn, degrees);
}

const problemTexts: Readonly<Record<ImageProblem['reason'], string>> = {
  empty: findingMessages.empty,
  truncated: findingMessages.truncated,
  'not-an-image': findingMessages.notAnImage,
  damaged: findingMessages.damaged,
  'too-large': findingMessages.tooLarge,
  'no-permission': findingMessages.noPermission,
  gone: findingMessages.gone,
  'bad-name': findingMessages.badName,
  unsupported: findingMessages.unsupported,
  pointer: findingMessages.pointer,
};

/** What is wrong with a file and what to do about it, with its detail (English) behind. */
export function problemMessage(problem: ImageProblem, t: Translate): string {
  const text = t(problemTexts[problem.reason]);
  // The decoder has nothing to add to an empty file.
  return problem.detail === '' || problem.reason === 'empty'
    ? text
    : t(findingMessages.withDetail, text, displayPath(problem.detail));
}

/** How a figure of a kind is written: as a share in per cent, or with some decimals. */
const qualityTexts: Readonly<Record<QualityKind, { readonly text: string; readonly write: (value: number) => string }>> = {
  blurry: { text: findingMessages.blurry, write: value => value.toFixed(4) },
  'too-dark': { text: findingMessages.tooDark, write: value => (value * 100).toFixed(0) },
  'too-bright': { text: findingMessages.tooBright, write: value => (value * 100).toFixed(0) },
  'low-information': { text: findingMessages.lowInformation, write: value => value.toFixed(1) },
  'odd-size': { text: findingMessages.oddSize, write: value => value.toFixed(1) },
  'odd-aspect-ratio': { text: findingMessages.oddAspectRatio, write: value => value.toFixed(2) },
  'odd-channels': { text: findingMessages.oddChannels, write: value => (value * 100).toFixed(1) },
  outlier: { text: findingMessages.outlier, write: value => value.toFixed(1) },
};

function verdictMessage(
  { root }: Finding,
  { root: otherRoot, path, why }: NonNullable<Finding['details']['verdict']>,
  t: Translate,
  rootNames: readonly string[],
): string {
  const other = shownTwin(root, { root: otherRoot, path }, rootNames);
  if (why.kind === 'near') return t(findingMessages.verdictNear, other, displayDistance(why.distance));
  if (why.kind === 'far') return t(findingMessages.verdictFar, other);
  if (why.via.length === 0) return t(findingMessages.verdictCycleDirect, other);
  return t(findingMessages.verdictCycle, other, why.via.map(displayPath).join(t(', ')));
}

/** A twin in another root is named with its root before it. */
function shownTwin(root: number, twin: { readonly root: number; readonly path: string }, rootNames: readonly string[]): string {
  const name = twin.root === root ? undefined : rootNames[twin.root];
  return displayPath(name === undefined ? twin.path : `${name}/${twin.path}`);
}

/**
 * A finding in words: what it is, the twin, the distance, and what differs. One line.
 * @param rootNames Names of the scan's roots; then a twin in another root is named with its root before it.
 */
export function findingMessage(finding: Finding, t: Translate, rootNames: readonly string[] = []): string {
  const { details } = finding;
  if (details.problem !== undefined) return problemMessage(details.problem, t);
  if (finding.kind === 'mislabeled') {
    const [given, seen] = (details.labels ?? ['', '']).map(displayPath);
    const { suggested = 0, asked = 0 } = details.votes ?? {};
    const confidence = finding.score.toFixed(2);
    return suggested > 0
      ? t(findingMessages.mislabeled, given, seen, suggested, asked, confidence)
      : t(findingMessages.mislabeledAlone, given, seen, confidence);
  }
  if (details.identity !== undefined) {
    const [own, other] = (details.splits ?? ['', '']).map(displayPath);
    return t(findingMessages.identityLeak, displayPath(details.identity.name), own, other, displayPath(details.identity.example));
  }
  if (details.verdict !== undefined) return verdictMessage(finding, details.verdict, t, rootNames);
  if (details.quality !== undefined) {
    const { text, write } = qualityTexts[finding.kind as QualityKind];
    return t(text, write(details.quality.measured), write(details.quality.limit));
  }
  const [twin] = finding.related;
  const path = shownTwin(finding.root, twin, rootNames);
  const exact = details.exact === true;
  const turned = transformText(details.transform, t);
  const distance =
    turned === undefined
      ? t(findingMessages.distance, displayDistance(twin.distance))
      : t(findingMessages.distanceAndTransform, displayDistance(twin.distance), turned);
  const labels = (details.labels ?? ['', '']).map(displayPath);
  const splits = (details.splits ?? ['', '']).map(displayPath);
  if (finding.kind === 'label-conflict') {
    return exact ? t(findingMessages.conflictExact, ...labels, path) : t(findingMessages.conflictNear, ...labels, path, distance);
  }
  if (finding.kind !== 'split-leak') return exact ? t(findingMessages.exact, path) : t(findingMessages.near, path, distance);
  const leak = exact ? t(findingMessages.leakExact, ...splits, path) : t(findingMessages.leakNear, ...splits, path, distance);
  return details.also?.includes('label-conflict') ? `${leak} ${t(findingMessages.alsoConflict, ...labels)}` : leak;
}
