import { scalarText } from '../../core/dataset/labelColumns';
import { workspaceMessages as messages } from '../../core/dataset/messages';
import { note, NoteError } from '../../core/dataset/note';

export type CocoFields = Readonly<Record<string, unknown>>;

/** The part of COCO's format (cocodataset.org, "data format") that says what is in the images. */
export interface Coco {
  /** By id. */
  readonly images: ReadonlyMap<unknown, CocoFields>;
  /** In the file's order, one an element: what is no object is empty. */
  readonly annotations: readonly CocoFields[];
  /** Id → name. */
  readonly categories: ReadonlyMap<unknown, string>;
}

const isFields = (value: unknown): value is CocoFields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {NoteError} where it is no JSON */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new NoteError(note(messages.labelJson, file, error instanceof Error ? error.message : ''), { cause: error });
  }
}

/** @throws {NoteError} where it is something else */
export const parseCoco = (file: string, text: string): Coco => cocoOf(file, parseJson(file, text));

/** @throws {NoteError} where it is something else */
export function cocoOf(file: string, whole: unknown): Coco {
  const { images, annotations, categories } = isFields(whole) ? whole : {};
  if (!Array.isArray(images) || !Array.isArray(annotations) || !Array.isArray(categories)) {
    throw new NoteError(note(messages.labelJsonShape, file));
  }
  return {
    images: new Map(images.filter(isFields).map(each => [each.id, each])),
    annotations: annotations.map(each => (isFields(each) ? each : {})),
    categories: new Map(
      categories.filter(isFields).flatMap(({ id, name }) => {
        const label = scalarText(name);
        return label === undefined ? [] : [[id, label] as const];
      }),
    ),
  };
}
