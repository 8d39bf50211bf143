import { basename, resolve } from 'node:path';
import type { Note } from '../../core/dataset/note';
import { note, NoteError } from '../../core/dataset/note';
import { judgeByReferences, KIND_WEIGHTS } from '../../core/suggest/judgeByReferences';
import { rowsAt } from '../../core/suggest/prototypes';
import type { Rows } from '../../core/suggest/prototypes';
import { suggestMessages as messages } from '../../core/suggest/suggestMessages';
import type { SuggestEncoder, SuggestSummary, Suggestion } from '../../core/suggest/suggestion';
import type { SuggestParams, SuggestProgress } from '../../protocol/suggest';
import { modelScanMessages } from '../modelScan/scanModel';
import { Turnstile } from '../session/abort';
import { countReports } from '../session/phaseReports';
import type { PictureRead, PictureReader } from '../trainingService/readPictures';
import { describePictures } from './describePictures';
import type { DescribeInput, Described } from './describePictures';
import { listForSuggestions } from './listForSuggestions';
import type { Listed } from './listForSuggestions';
import { loadPictureEncoder } from './pictureEncoder';
import type { PictureEncoder } from './pictureEncoder';

export interface SuggestServiceOptions {
  readonly reader: PictureReader;
  /** The encoder that ships with Twinlint. */
  readonly starterPath: string;
  readonly onProgress: (progress: SuggestProgress) => void;
}

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
    const { encoder, shown } = await this.#encoder(params, onNote);
    try {
      const total = listed.references.length + listed.queries.length;
      const reportCount = countReports(this.options.onProgress);
      const report = (done: number): void => reportCount({ done, total });
      const describe = (candidates: DescribeInput['candidates'], maxPixels: number, before: number) =>
        describePictures(this.options.reader, encoder, {
          candidates,
          maxPixels,
          onProgress: done => report(before + done),
          signal,
        });
      const stood = await describe(listed.references, params.references.settings.maxPixels, 0);
      const known = usable(listed, stood.reads, params.references.path, onNote);
      const asked = await describe(listed.queries, params.root.settings.maxPixels, listed.references.length);
      const readable = readableOf(listed.queries, asked.reads, onNote);
      const both = (kind: 'outlines' | 'features'): Rows =>
        appended(rowsAt(asked[kind], readable), rowsAt(stood[kind], known.rows));
      const { judged, trial } = judgeByReferences({
        kinds: [both('outlines'), both('features')],
        weights: KIND_WEIGHTS,
        queries: readable.length,
        classes: known.classes,
        count: known.labels.length,
      });
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
        encoder: shown,
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
      await encoder.dispose();
    }
  }

  /** The model that the settings name, if it may be used and tells classes apart; else the starter. @throws NoteError */
  async #encoder(
    { root, isGiven = false, trusted }: SuggestParams,
    onNote: (of: Note) => void,
  ): Promise<{ readonly encoder: PictureEncoder; readonly shown: SuggestEncoder }> {
    const named = root.settings.model;
    if (named !== 'auto' && named !== 'none') {
      const file = resolve(root.path, named);
      if (!trusted) onNote(note(modelScanMessages.untrusted, file));
      else {
        const encoder = await loadPictureEncoder(file);
        const { name, relation } = encoder;
        if (relation === 'same-class' || isGiven) {
          if (relation !== 'same-class') onNote(note(messages.givenRelation, basename(file), relation));
          return { encoder, shown: { kind: 'model', name, relation, path: file } };
        }
        await encoder.dispose();
        onNote(note(messages.otherRelation, basename(file), relation));
      }
    }
    const encoder = await loadPictureEncoder(this.options.starterPath);
    return { encoder, shown: { kind: 'starter', name: 'starter', relation: encoder.relation } };
  }
}

interface KnownReferences {
  /** Which of the listed references. */
  readonly rows: readonly number[];
  /** Number of the class of each, among `labels`. */
  readonly classes: Int32Array;
  readonly labels: readonly string[];
  readonly paths: readonly string[];
}

/** The references that could be read and stand for one class only. @throws NoteError where fewer than two classes are left */
function usable(
  { references, labels }: Listed,
  reads: Described['reads'],
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
    rows: kept,
    classes: Int32Array.from(kept, i => left.indexOf(references[i].number)),
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

const appended = (first: Rows, second: Rows): Rows => {
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { values, size: first.size };
};
