import type { DatasetCard, ShortcutProperty } from '../card/datasetCard';
import type { LabelErrors } from '../card/labelErrors';
import { findingKinds, type FindingKind } from '../findings/kinds';
import { displayPath } from '../findings/findingMessage';
import { round6 } from './scanReport';
import { grouped } from './summaryText';

/** Classes that the card lists; a README with a thousand lines of them helps nobody. */
const listedClasses = 50;

const shortcutNames: Readonly<Record<ShortcutProperty, string>> = {
  brightness: 'brightness',
  contrast: 'contrast',
  sharpness: 'sharpness',
  colour: 'colourfulness',
  resolution: 'number of pixels',
  'aspect-ratio': 'aspect ratio',
  'file-size': 'size of the file',
  corners: 'what stands in the corners (watermark, frame, background)',
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const size = (bytes: number): string =>
  bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`;
/** Names come from folders: nothing of them may become markup. */
const name = (text: string): string => displayPath(text).replace(/[\\`*_{}[\]<>|#!]/g, '\\$&');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map((_, i) => (i === 0 ? '---' : '---:')))}${rows.map(line).join('')}\n`;
}

function labelErrorText({ audits, share, corrected }: LabelErrors): string {
  const range = `${percent(share.value)} (${percent(share.low)} to ${percent(share.high)})`;
  return `${range}, estimated from ${grouped(audits)} drawn at random; ${grouped(corrected)} corrected since`;
}

/** The card in Markdown, to paste in a README. */
export function cardMarkdown(card: DatasetCard, title: string): string {
  const { splits, classes } = card;
  const unread = card.images - card.readable;
  const facts: [string, string][] = [
    ['Images', grouped(card.images) + (unread > 0 ? ` (${grouped(unread)} not readable)` : '')],
    ['Size', size(card.bytes)],
    ['Formats', card.formats.map(({ name: format, images }) => `${format} ${grouped(images)}`).join(', ') || '–'],
  ];
  if (card.sides) {
    const [least, , median, , most] = card.sides.shorter;
    facts.push(['Shorter side (least, median, most)', `${least}, ${median}, ${most} pixels`]);
    const [leastLong, , medianLong, , mostLong] = card.sides.longer;
    facts.push(['Longer side (least, median, most)', `${leastLong}, ${medianLong}, ${mostLong} pixels`]);
  }
  if (splits.length > 0) facts.push(['Splits', splits.map(split => `${name(split.name)} ${grouped(split.images)}`).join(', ')]);
  if (classes.length > 0) {
    facts.push(['Classes', grouped(classes.length)]);
    const smallest = classes[classes.length - 1];
    facts.push(['Largest class to smallest', `${(classes[0].images / smallest.images).toFixed(1)} to 1`]);
    if (card.unlabeled > 0) facts.push(['Without a label', grouped(card.unlabeled)]);
  }
  if (card.labelErrors) facts.push(['Wrong labels', labelErrorText(card.labelErrors)]);
  let text = `## ${name(title)}: data set card\n\n${table(['', ''], facts)}`;
  if (classes.length > 0) {
    const rows = classes
      .slice(0, listedClasses)
      .map(({ name: label, images, perSplit }) => [name(label), grouped(images), ...perSplit.map(grouped)]);
    text += `### Classes\n\n${table(['Class', 'Images', ...splits.map(split => name(split.name))], rows)}`;
    if (classes.length > listedClasses) text += `And ${grouped(classes.length - listedClasses)} more, smaller ones.\n\n`;
  }
  const found = (Object.keys(findingKinds) as FindingKind[]).filter(kind => (card.findings[kind] ?? 0) > 0);
  text += `### Findings\n\n`;
  text +=
    found.length === 0
      ? `None at distance ${card.threshold.toFixed(3)}.\n\n`
      : `Copies beyond the first of each content: ${grouped(card.exactCopies)}. At distance ${card.threshold.toFixed(3)}:\n\n` +
        table(
          ['Finding', 'Count'],
          found.map(kind => [findingKinds[kind].title, grouped(card.findings[kind]!)]),
        );
  if (card.shortcuts.length > 0) {
    const rows = card.shortcuts.map(({ property, accuracy }) => [
      shortcutNames[property],
      percent(accuracy.value),
      `${percent(accuracy.low)} to ${percent(accuracy.high)}`,
    ]);
    text +=
      `### Shortcuts\n\nHow often the class is guessed right (balanced over classes) from one thing that should not tell it, on images not ` +
      `seen by the rule; guessing gives ${percent(card.shortcuts[0].chance)}. A figure far above that is a shortcut that a model may learn.\n\n` +
      table(['From', 'Guessed right', '90 % interval'], rows);
  }
  return `${text}Made with Twinlint.\n`;
}

/** The card as JSON, version 1. */
export function cardJson(card: DatasetCard, toolVersion: string): string {
  const shortcuts = card.shortcuts.map(({ property, accuracy, chance }) => ({
    property,
    accuracy: round6(accuracy.value),
    interval: [round6(accuracy.low), round6(accuracy.high)],
    chance: round6(chance),
  }));
  const errors = card.labelErrors && {
    audits: card.labelErrors.audits,
    share: round6(card.labelErrors.share.value),
    interval: [round6(card.labelErrors.share.low), round6(card.labelErrors.share.high)],
    corrected: card.labelErrors.corrected,
  };
  const tool = { name: 'twinlint', version: toolVersion };
  return `${JSON.stringify({ version: 1, tool, ...card, threshold: round6(card.threshold), labelErrors: errors, shortcuts }, null, 2)}\n`;
}
