import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import type { Note } from '../../../core/dataset/note';
import { note } from '../../../core/dataset/note';
import type { SensorColumn, SensorRecord } from './readSensors';

/** A record brought to the columns that most records have, in one order. */
export interface AgreedRecord {
  /** One a column, of equal length. */
  readonly values: readonly Float64Array[];
  /** When each row was taken, rising; absent where rows are taken as equally far apart. */
  readonly times?: Float64Array;
}

export interface AgreedColumns {
  /** One a record; or what is wrong with it. */
  readonly records: readonly (AgreedRecord | Note)[];
  readonly count: number;
  /** Columns that few have: their names and the records they are in. */
  readonly extra: { readonly names: readonly string[]; readonly records: readonly number[] };
}

const timeName = /^(?:t|time|times|timestamp|seconds?|sec|millis(?:econds)?|ms|时间)(?:[\s_([].*)?$/i;

/**
 * Which columns the records share. By name where most records name theirs, else by order; a record without names passes where it has as
 * many columns. A column of times orders the rows and is no sensor: one that is called so, or the first one where it rises in every record.
 */
export function agreeColumns(records: readonly SensorRecord[]): AgreedColumns {
  const named = records.filter(({ columns }) => columns[0].name !== undefined);
  const byName = named.length * 2 >= records.length;
  const names = byName ? frequentNames(named) : undefined;
  const width = names?.length ?? mostFrequent(records.map(({ columns }) => columns.length));
  const extraNames = new Set<string>();
  const extraRecords: number[] = [];
  const matched = records.map(({ columns }, i): readonly SensorColumn[] | Note => {
    if (names && columns[0].name !== undefined) {
      const own = new Map(columns.map(column => [column.name!, column]));
      const lacking = names.find(name => !own.has(name));
      if (lacking !== undefined) return note(messages.csvColumns, lacking);
      const extra = columns.filter(({ name }) => !names.includes(name!));
      extra.forEach(({ name }) => extraNames.add(name!));
      if (extra.length > 0) extraRecords.push(i);
      return names.map(name => own.get(name)!);
    }
    return columns.length === width ? columns : note(messages.csvColumnCount, columns.length, width);
  });
  const good = matched.flatMap(each => (isNote(each) ? [] : [each]));
  const timeAt = width < 2 ? -1 : timeColumn(names, good);
  return {
    records: matched.map(each => (isNote(each) ? each : agreed(each, timeAt))),
    count: timeAt < 0 ? width : width - 1,
    extra: { names: [...extraNames], records: extraRecords },
  };
}

export const isNote = (of: object): of is Note => 'message' in of;

function agreed(columns: readonly SensorColumn[], timeAt: number): AgreedRecord {
  const values = columns.filter((_, i) => i !== timeAt).map(column => column.values);
  const times = timeAt < 0 ? undefined : columns[timeAt].values;
  // A clock that stands still or jumps back orders nothing: then rows count as equally far apart.
  return { values, ...(times && isRising(times) && { times }) };
}

const timeColumn = (names: readonly string[] | undefined, records: readonly (readonly SensorColumn[])[]): number => {
  const called = names?.findIndex(name => timeName.test(name)) ?? -1;
  return called >= 0 || !records.every(([first]) => isRising(first.values)) ? called : 0;
};

const isRising = (values: Float64Array): boolean => values.every((value, i) => i === 0 || value > values[i - 1]);

/** The names that at least half of the records have; where there are none, those of the most frequent header. */
function frequentNames(records: readonly SensorRecord[]): readonly string[] {
  const headers = records.map(({ columns }) => [...new Set(columns.map(column => column.name!))]);
  const counts = new Map<string, number>();
  for (const name of headers.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count * 2 >= records.length).map(([name]) => name);
  if (frequent.length > 0) return frequent;
  const key = (header: readonly string[]): string => header.join('\n');
  const most = mostFrequent(headers.map(key));
  return headers.find(header => key(header) === most)!;
}

function mostFrequent<T>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
