/** One replacement in a text. */
export interface Splice {
  /** In UTF-16 units, of the text before any splice. */
  readonly at: number;
  readonly before: string;
  readonly after: string;
}

/** A few lines of what stands before a place tell it from others. */
const contextLength = 200;

/** The text with splices done (ascending, apart); undefined where what they replace does not stand there. */
export function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const pieces: string[] = [];
  let end = 0;
  for (const { at, before, after } of splices) {
    if (at < end || !text.startsWith(before, at)) return undefined;
    pieces.push(text.slice(end, at), after);
    end = at + before.length;
  }
  pieces.push(text.slice(end));
  return pieces.join('');
}

/** What takes splices back, for the text after them. */
export function inverted(splices: readonly AnchoredSplice[]): AnchoredSplice[] {
  let shift = 0;
  return splices.map(splice => {
    const { at, before, after } = splice;
    const back = { ...splice, at: at + shift, before: after, after: before };
    shift += after.length - before.length;
    return back;
  });
}

/** A splice that also knows what stood around it, to be found again in a text that has changed. */
export interface AnchoredSplice extends Splice {
  readonly lead?: string;
  readonly trail?: string;
}

/** Adds what stands before and after each splice: its line, and up to {@link contextLength} units. */
export function anchored(text: string, splices: readonly Splice[]): AnchoredSplice[] {
  return splices.map((splice, i) => {
    const { at, before } = splice;
    const previous = i === 0 ? 0 : splices[i - 1].at + splices[i - 1].before.length;
    const next = i + 1 < splices.length ? splices[i + 1].at : text.length;
    return {
      ...splice,
      lead: text.slice(Math.max(previous, at - contextLength), at),
      trail: text.slice(at + before.length, Math.min(next, at + before.length + contextLength)),
    };
  });
}

/**
 * Splices moved to where the same pieces stand in a text that was changed elsewhere, or undefined where one is not found or not only
 * once. What is replaced must itself be there; an insertion is found by what stood before it, or else after it. What has been done
 * already (a row to take out that is gone, one to put in that is there) is left out.
 */
export function rebaseSplices(text: string, splices: readonly AnchoredSplice[]): Splice[] | undefined {
  const found: Splice[] = [];
  for (const splice of splices) {
    const { before, after } = splice;
    if (isDone(text, splice)) continue;
    const at = placeOf(text, splice);
    if (at === undefined) return undefined;
    found.push({ at, before, after });
  }
  found.sort((a, b) => a.at - b.at);
  for (let i = 1; i < found.length; i++) if (found[i].at < found[i - 1].at + found[i - 1].before.length) return undefined;
  return found;
}

const linesAround = ({ lead = '', trail = '' }: AnchoredSplice): [string, string] => [
  lead.slice(lead.lastIndexOf('\n', lead.length - 2) + 1),
  trail.slice(0, trail.indexOf('\n') + 1 || trail.length),
];

function isDone(text: string, splice: AnchoredSplice): boolean {
  const { before, after } = splice;
  if (after === '') return !text.includes(before);
  const [lineBefore, lineAfter] = linesAround(splice);
  return text.includes(lineBefore + after + lineAfter) && (before === '' || !text.includes(lineBefore + before + lineAfter));
}

function placeOf(text: string, splice: AnchoredSplice): number | undefined {
  const { before, lead = '', trail = '' } = splice;
  const [lineBefore, lineAfter] = linesAround(splice);
  const tries: [string, number][] = [
    [lead + before + trail, lead.length],
    [lineBefore + before + lineAfter, lineBefore.length],
    [lineBefore + before, lineBefore.length],
    [before + lineAfter, 0],
  ];
  for (const [piece, offset] of tries) {
    if (piece.length < 2) continue;
    const first = text.indexOf(piece);
    if (first >= 0 && text.indexOf(piece, first + 1) < 0) return first + offset;
  }
  return undefined;
}
