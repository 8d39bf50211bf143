import type { JsonRange } from '../../core/curation/jsonElements';
import { parseList, writeLabel, type ListFile } from '../../core/curation/listFile';
import { scalarPlace } from '../../core/curation/scalarPlace';
import type { Splice } from '../../core/curation/splices';
import type { TextPlace } from '../../core/dataset/boxes';
import { matchRefs } from '../../core/dataset/labelRows';
import { isLabelWord } from '../../core/dataset/labelSource';
import type { ScanSettings } from '../../core/settings/scanSettings';
import { readSidecars, type SidecarLabel } from './readSidecars';

/** Where a text says what an image's label is. */
export interface LabelPlace {
  /** Below the root. */
  readonly image: string;
  /** Of a box: where it stands, as the scan saw it. */
  readonly at?: TextPlace;
  /** The label; or the row that names the image, where its label can't be told there. */
  readonly range: JsonRange;
  readonly isLabel: boolean;
}

/** A text file that gives images their labels. */
export interface LabelText {
  /** Below the root. */
  readonly path: string;
  readonly text: string;
  readonly file: ListFile;
  readonly places: readonly LabelPlace[];
}

export interface LabelTextQuery {
  /** Absolute. */
  readonly root: string;
  readonly settings: Pick<ScanSettings, 'labels' | 'labelColumns'>;
  /** The images asked about, and all of the root: what a name means depends on them. */
  readonly images: ReadonlySet<string>;
  readonly all: readonly string[];
  /** A text by its path below the root; undefined where it can't be read. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/** The texts that label some images of a root; none where folders do, or nothing does. */
export async function labelTexts(query: LabelTextQuery): Promise<readonly LabelText[]> {
  const { labels } = query.settings;
  if (labels === 'sidecars') return sidecarTexts(query);
  return isLabelWord(labels) ? [] : listTexts(query);
}

async function listTexts({ root, settings, images, all, read }: LabelTextQuery): Promise<readonly LabelText[]> {
  const path = settings.labels;
  const text = await read(path);
  const file = text === undefined ? undefined : parseList(path, text, settings.labelColumns);
  if (text === undefined || !file) return [];
  const refs = file.rows.map(({ ref }) => ref);
  const places = matchRefs(refs, path, root, all).flatMap((match, i): LabelPlace[] => {
    if (!('image' in match) || !images.has(match.image)) return [];
    const { label, range } = file.rows[i];
    return [{ image: match.image, range: label?.range ?? range, isLabel: label !== undefined }];
  });
  return [{ path, text, file, places }];
}

async function sidecarTexts({ root, settings, images, read }: LabelTextQuery): Promise<readonly LabelText[]> {
  const { found } = await readSidecars(root, [...images], settings.labelColumns);
  const texts: LabelText[] = [];
  for (const [image, sidecar] of found) {
    const text = await read(sidecar.file);
    const range = text === undefined ? undefined : classRange(text, sidecar);
    if (text === undefined || !range) continue;
    const kind = sidecar.file.toLowerCase().endsWith('.json') ? 'json' : 'paths';
    texts.push({ path: sidecar.file, text, file: { kind, rows: [] }, places: [{ image, range, isLabel: true }] });
  }
  return texts;
}

/** Undefined where the text is not as it was read. */
function classRange(text: string, { content }: SidecarLabel): JsonRange | undefined {
  if (content.key !== undefined) {
    const values = [content.label, Number(content.label), content.label === 'true'];
    return values.map(value => scalarPlace(text, content.key!, value, 0)).find(range => range !== undefined);
  }
  const whole = text.replace(/^\uFEFF/, '');
  const start = text.length - whole.trimStart().length;
  const range = { start, end: start + whole.trim().length };
  const written = text.slice(range.start, range.end);
  return written === content.label || written === JSON.stringify(content.label) ? range : undefined;
}

/** What writes another label in a text; fewer splices than places where some can't be written so. */
export const relabelSplices = ({ text, file, places }: LabelText, label: string): readonly Splice[] =>
  places.flatMap(({ range: { start, end }, isLabel }): Splice[] => {
    const before = text.slice(start, end);
    const after = isLabel ? writeLabel(file, before, label) : undefined;
    return after === undefined || after === before ? [] : [{ at: start, before, after }];
  });
