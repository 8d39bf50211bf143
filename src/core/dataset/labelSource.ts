import { extensionOf } from './imageFiles';

/** Words of the setting `labels`; anything else is the path of a file. */
export const labelWords = ['folders', 'none', 'sidecars'] as const;
export type LabelWord = (typeof labelWords)[number];

export const isLabelWord = (labels: string): labels is LabelWord => (labelWords as readonly string[]).includes(labels);

/** `json`: COCO, or an array of objects. `paths`: an image's path and its class in each line (ImageNet's lists). */
export type LabelFileKind = 'csv' | 'tsv' | 'jsonl' | 'json' | 'paths';

const kinds: Readonly<Record<string, LabelFileKind>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  txt: 'paths',
  lst: 'paths',
};

/** How a label file is written, by its name; undefined where that is none of ours. */
export const labelFileKind = (name: string): LabelFileKind | undefined => kinds[extensionOf(name)];
