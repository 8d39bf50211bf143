import { basename, resolve } from 'node:path';
import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { judgeByReferences } from '../../core/suggest/judgeByReferences';
import type { Rows } from '../../core/suggest/prototypes';
import { suggestMessages as messages } from '../../core/suggest/suggestMessages';
import type { SuggestEncoder, SuggestSummary, Suggestion } from '../../core/suggest/suggestion';
import type { SuggestParams, SuggestProgress } from '../../protocol/suggest';
import { loadScanModel, modelScanMessages } from '../modelScan/scanModel';
import type { ScanModel } from '../modelScan/scanModel';
import { Turnstile } from '../session/abort';
import type { PictureRead, PictureReader } from '../trainingService/readPictures';
import { embedPictures } from './embedPictures';
import type { EmbedInput } from './embedPictures';
import { listForSuggestions } from './listForSuggestions';
import type { Listed } from './listForSuggestions';

export interface SuggestServiceOptions {
  readonly reader: PictureReader;
  /** The encoder that ships with Twinlint. */
  readonly starterPath: string;
  readonly onProgress: (progress: SuggestProgress) => void;
}

const BETWEEN_REPORTS_MS = 100;

/** Suggests labels from references, one run at a time. */
export class SuggestService {
  readonly #turns = new Turnstile();

  constructor(private readonly options: SuggestServiceOptions) {}

  /** @throws NoteError for whatever the user can mend; the signal's reason when aborted */
  run(params: SuggestParams, signal: AbortSignal): Promise<SuggestSummary> {
    return this.#turns.run(() => {
      signal.throwIfAborted();
      return this.#run(params, signal);
    });
  }

  async #run(params: SuggestParams, signal: AbortSignal): Promise<SuggestSummary> {
    const startedMs = performance.now();
    const notes: Note[] = [];
    const onNote = (of: Note): void => void notes.push(of);
    const listed = await listForSuggestions(params.root, params.references, params.shots, signal, onNote);
    if (listed.skipped > 0) onNote(note(messages.referencesSkipped, listed.skipped));
    const { model, encoder } = await this.#encoder(params, onNote);
    try {
      const total = listed.references.length + listed.queries.length;
      const report = throttled(this.options.onProgress, total);
      const embed = (candidates: EmbedInput['candidates'], maxPixels: number, before: number) =>
        embedPictures(this.options.reader, model, {
          candidates,
          maxPixels,
          onProgress: done => report(before + done),
          signal,
        });
      const shown = await embed(listed.references, params.references.settings.maxPixels, 0);
      const known = usable(listed, shown, params.references.path, onNote);
      const asked = await embed(listed.queries, params.root.settings.maxPixels, listed.references.length);
      const readable = readableOf(listed.queries, asked.reads, onNote);
      const rows = rowsAt(asked.rows, readable);
      const { judged, trial } = judgeByReferences(rows, known);
      const suggestions = judged.map((each, k): Suggestion => ({
        path: listed.queries[readable[k]].file.path,
        content: asked.reads[readable[k]].content,
        label: known.labels[each.first],
        confidence: each.confidence,
        second: known.labels[each.second],
        reference: known.paths[each.reference],
        similarity: each.similarity,
      }));
      return {
        encoder,
        classes: known.labels.map((label, number) => ({
          label,
          references: known.paths.filter((_, i) => known.classes[i] === number),
        })),
        suggestions,
        ...(trial && { trial }),
        notes,
        elapsedMs: Math.round(performance.now() - startedMs),
      };
    } finally {
      await model.dispose();
    }
  }

  /** The model that the settings name, if it may be used and tells classes apart; else the starter. @throws NoteError */
  async #encoder(
    { root, isGiven = false, trusted }: SuggestParams,
    onNote: (of: Note) => void,
  ): Promise<{ readonly model: ScanModel; readonly encoder: SuggestEncoder }> {
    const named = root.settings.model;
    if (named !== 'auto' && named !== 'none') {
      const file = resolve(root.path, named);
      if (!trusted) onNote(note(modelScanMessages.untrusted, file));
      else {
        const model = await loadScanModel(file);
        const { name, relation } = model.description;
        if (relation === 'same-class' || isGiven) {
          if (relation !== 'same-class') onNote(note(messages.givenRelation, basename(file), relation));
          return { model, encoder: { kind: 'model', name, relation, path: file } };
        }
        await model.dispose();
        onNote(note(messages.otherRelation, basename(file), relation));
      }
    }
    const model = await loadScanModel(this.options.starterPath);
    return { model, encoder: { kind: 'starter', name: 'starter', relation: model.description.relation } };
  }
}

interface KnownReferences {
  readonly rows: Rows;
  /** Number of the class of each, among `labels`. */
  readonly classes: Int32Array;
  readonly count: number;
  readonly labels: readonly string[];
  readonly paths: readonly string[];
}

/** The references that could be read and stand for one class only. @throws NoteError where fewer than two classes are left */
function usable(
  { references, labels }: Listed,
  { rows, reads }: { readonly rows: Rows; readonly reads: readonly PictureRead[] },
  folder: string,
  onNote: (of: Note) => void,
): KnownReferences {
  const unread = references.filter((_, i) => reads[i].content === '');
  if (unread.length > 0) onNote(note(messages.unreadReferences, unread.length, unread[0].file.path));
  const firstOf = new Map<string, number>();
  const ambiguous = new Set<string>();
  reads.forEach(({ content }, i) => {
    if (content === '') return;
    const first = firstOf.get(content);
    if (first === undefined) firstOf.set(content, i);
    else if (references[first].number !== references[i].number && !ambiguous.has(content)) {
      ambiguous.add(content);
      onNote(note(messages.inTwoClasses, references[first].file.path, references[i].file.path));
    }
  });
  const kept = [...references.keys()].filter(i => reads[i].content !== '' && !ambiguous.has(reads[i].content));
  const left = [...new Set(kept.map(i => references[i].number))].sort((a, b) => a - b);
  labels.forEach((label, number) => {
    if (left.includes(number)) return;
    onNote(note(messages.emptyClass, label, references.filter(each => each.number === number).length));
  });
  if (left.length === 0) throw new NoteError(note(messages.noReferences, folder));
  if (left.length === 1) throw new NoteError(note(messages.oneClass, folder, labels[left[0]]));
  return {
    rows: rowsAt(rows, kept),
    classes: Int32Array.from(kept, i => left.indexOf(references[i].number)),
    count: left.length,
    labels: left.map(number => labels[number]),
    paths: kept.map(i => references[i].file.path),
  };
}

/** Numbers of the queries that could be read. @throws NoteError where none could */
function readableOf(queries: Listed['queries'], reads: readonly PictureRead[], onNote: (of: Note) => void): number[] {
  const readable = [...queries.keys()].filter(i => reads[i].content !== '');
  const unread = queries.length - readable.length;
  if (readable.length === 0) throw new NoteError(note(messages.noneReadable, queries.length));
  if (unread > 0) onNote(note(messages.unread, unread, queries.find((_, i) => reads[i].content === '')!.file.path));
  return readable;
}

function rowsAt({ values, size }: Rows, chosen: readonly number[]): Rows {
  const own = new Float32Array(chosen.length * size);
  chosen.forEach((row, k) => own.set(values.subarray(row * size, (row + 1) * size), k * size));
  return { values: own, size };
}

function throttled(send: (progress: SuggestProgress) => void, total: number): (done: number) => void {
  let sentMs = -Infinity;
  return done => {
    const now = performance.now();
    if (now - sentMs < BETWEEN_REPORTS_MS && done < total) return;
    sentMs = now;
    send({ done: Math.floor(done), total });
  };
}
