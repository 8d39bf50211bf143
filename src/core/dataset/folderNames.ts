/** What a folder's name alone says about whether it may be a class. */
export type NameKind = 'date' | 'camera' | 'batch' | 'container' | 'unlabelled' | 'number' | 'other';

const month = '(?:0?[1-9]|1[0-2])';
const day = '(?:0?[1-9]|[12]\\d|3[01])';
const year = '(?:19|20)\\d\\d';
const monthName =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const dates = [
  `${year}[-_. ]${month}(?:[-_. ]${day})?(?:[-_. T].*)?`, // 2024-05, 2024-05-01, 2024-05-01 Rome
  `${year}(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\\d|3[01])(?:[-_. T].*)?)?`, // 202405, 20240501, 20240501_1203
  `${day}[-_. ]${month}[-_. ]${year}`,
  `(?:${day}[-_. ])?${monthName}[-_. ]?${year}`,
  `${year}[-_. ]?${monthName}(?:[-_. ]${day})?`,
  `${year}年(?:${month}月(?:${day}日)?)?`,
].map(source => new RegExp(`^${source}$`, 'i'));

/** DCF, the rule of camera makers for folders: three digits from 100 on, five capitals or digits. */
const dcf = /^[1-9]\d\d[A-Z0-9_]{5}$/;

const batchWords =
  'batch|part|shard|chunk|fold|split|subset|set|page|vol|volume|disk|disc|session|seq|sequence|frames?|clip|video|run|scene|take|group|roll|section|series|folder|dir|patient|study|case';
const batch = new RegExp(`^(?:${batchWords})(?:[-_. ]?\\d+|[-_. ][a-z])$`, 'i');

const containers = new Set(
  [
    'images image imgs img photos pics pictures picture jpegimages jpegs jpg pngs png data dataset datasets raw processed originals',
    'resized cropped crops augmented thumbs thumbnails media assets static public private resources res src lib dist build docs doc',
    'tests examples samples files uploads upload downloads download inputs input outputs output results tmp temp all backup backups',
    'copies archive archives labels annotations masks fixtures screenshots www web',
    '图片 图像 照片 数据 数据集',
  ]
    .join(' ')
    .split(' '),
);

const unlabelled = new Set(
  'unlabeled unlabelled unsorted uncategorized uncategorised inbox incoming todo 未标注 未分类'.split(' '),
);

/** @param name One segment of a path. */
export function nameKindOf(name: string): NameKind {
  const lower = name.toLowerCase();
  if (/^\d+$/.test(name) && !dates[1].test(name)) return 'number';
  if (dates.some(date => date.test(name))) return 'date';
  if (lower === 'dcim' || lower === 'camera roll' || (dcf.test(name) && !/^\d+$/.test(name))) return 'camera';
  if (batch.test(name)) return 'batch';
  if (containers.has(lower)) return 'container';
  return unlabelled.has(lower.replace(/[-_ ]/g, '')) ? 'unlabelled' : 'other';
}

/** Whether numbers standing side by side are years: `2019 2020 2021`, but not the classes `0 … 9` or `0001 … 2500`. */
export const areYears = (numbers: readonly string[]): boolean =>
  numbers.length > 0 && numbers.every(number => /^(?:19[5-9]|20[0-4])\d$/.test(number));

/** What stands below a year or month: `05`, `05-01`, `May`, `05 May`. */
export const isPartOfDate = (name: string): boolean =>
  /^\d{1,2}(?:[-_. ]\d{1,2})?$/.test(name) ||
  new RegExp(`^(?:\\d{1,2}[-_. ]?)?${monthName}$`, 'i').test(name) ||
  /^\d{1,2}月?$/.test(name);

/** Whether folders side by side are the buckets `00 … ff` of a store that spreads files by their hash. */
export const areHashBuckets = (names: readonly string[]): boolean =>
  names.length >= 100 && names.every(name => /^[0-9a-f]{2}$/.test(name)) && names.some(name => /[a-f]/.test(name));
