import * as v from 'valibot';
import type { Verdict, VerdictLine } from './verdict';

const image = v.object({
  content: v.pipe(v.string('no content'), v.regex(/^[0-9a-f]{64}$/, 'a content is not 64 hex digits')),
  path: v.pipe(v.string('no path'), v.minLength(1, 'an empty path')),
});

const schema = v.object({
  id: v.pipe(v.string('no id'), v.minLength(1, 'an empty id')),
  time: v.pipe(
    v.string('no time'),
    v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/, 'the time is not ISO 8601 in UTC'),
    v.check(time => !Number.isNaN(Date.parse(time)), 'the time does not exist'),
  ),
  relation: v.pipe(v.string('no relation'), v.minLength(1, 'an empty relation')),
  verdict: v.picklist(['similar', 'different', 'ignore', 'relabel', 'retract'], 'an unknown verdict'),
  images: v.array(image, 'no images'),
  retracts: v.optional(v.string('retracts is no id')),
  label: v.optional(v.pipe(v.string('label is no text'), v.minLength(1, 'an empty label'))),
  audit: v.optional(
    v.object(
      {
        probability: v.pipe(
          v.number('no probability'),
          v.gtValue(0, 'a probability that is not above 0'),
          v.maxValue(1, 'a probability above 1'),
        ),
      },
      'audit is no record',
    ),
  ),
});

const imagesNeeded = { similar: 2, different: 2, ignore: 1, relabel: 1, retract: 0 } as const;

/**
 * One line of a verdict file; or why it is none, in English words that complete "not a verdict (…)". Unknown keys are let through,
 * so that files of later versions can be read.
 */
export function parseVerdictLine(text: string): VerdictLine | { readonly reason: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { reason: 'no JSON' };
  }
  const result = v.safeParse(schema, raw, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const key = issue.path?.map(item => String(item.key)).join('.');
    const isMissing = issue.message.startsWith('Invalid');
    return { reason: isMissing ? (key === undefined ? 'no object' : `no ${key}`) : issue.message };
  }
  const line = result.output;
  const needed = imagesNeeded[line.verdict];
  if (line.images.length !== needed) return { reason: `${line.verdict} needs ${needed} images, not ${line.images.length}` };
  if (line.verdict === 'retract' && line.retracts === undefined) return { reason: 'retract names no line' };
  if (line.verdict === 'relabel' && line.label === undefined) return { reason: 'relabel names no label' };
  return line;
}

export const isVerdictLine = (parsed: VerdictLine | { readonly reason: string }): parsed is VerdictLine => 'id' in parsed;

/**
 * What a line speaks of. Two lines with one subject contradict each other, and the later one holds: a relation and two contents;
 * between equal contents, and for one image, the paths too.
 */
function subjectOf({ relation, images }: VerdictLine): string {
  const sorted = images
    .map(({ content, path }) => [content, path] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const isContentPair = sorted.length === 2 && sorted[0][0] !== sorted[1][0];
  return JSON.stringify([relation, ...(isContentPair ? sorted.map(([content]) => content) : sorted)]);
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The verdicts that hold, oldest first (by time, then id): retracted lines are gone (so that an older verdict on the same subject holds again), of the
 * others the latest on each subject holds. The same line met twice counts once. A retraction can be retracted.
 */
export function mergeVerdictLines(lines: Iterable<VerdictLine>): Verdict[] {
  const timed = [...new Map([...lines].map(line => [line.id, line])).values()].map(line => ({ line, ms: Date.parse(line.time) }));
  timed.sort((a, b) => a.ms - b.ms || compare(a.line.id, b.line.id));
  const retracted = new Set<string>();
  const subjects = new Set<string>();
  const holding: Verdict[] = [];
  for (const { line } of timed.reverse()) {
    if (retracted.has(line.id)) continue;
    if (line.verdict === 'retract') {
      retracted.add(line.retracts!);
      continue;
    }
    const subject = subjectOf(line);
    if (subjects.has(subject)) continue;
    subjects.add(subject);
    const { id, relation, verdict, images, label, audit } = line;
    holding.push({ id, relation, verdict, images, ...(label !== undefined && { label }), ...(audit && { audit }) });
  }
  return holding.reverse();
}
