import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CsvReader } from '../core/dataset/csv';
import { imageKindOf } from '../core/dataset/imageFiles';
import type { Relation, Verdict, VerdictImage } from '../core/verdicts/verdict';
import { errorCode, hashFile, toRelative } from '../workspace/identity';
import { quote } from './commandLine';
import { UsageError } from './usageError';

const words: Readonly<Record<string, 'similar' | 'different'>> = {
  similar: 'similar',
  '1': 'similar',
  different: 'different',
  '0': 'different',
};
const filesAtOnce = 8;

interface Row {
  readonly number: number;
  readonly paths: readonly [string, string];
  readonly verdict: 'similar' | 'different';
}

/**
 * Reads pairs as verdicts: rows of two paths and `similar`, `different`, 1 or 0; a first row that names no images is a header. Paths
 * are below the root, or absolute. Everything in it must be right: learning from half of a table would tell nobody that it is half.
 *
 * @throws {UsageError} with the number of the first row that is wrong
 */
export async function readPairCsv(root: string, file: string, relation: Relation): Promise<Verdict[]> {
  const rows = rowsOf(root, file, await textOf(file));
  const contents = await contentsOf(root, file, rows);
  const seen = new Map<string, Row>();
  return rows.map(row => {
    const images = row.paths.map((path): VerdictImage => ({ path, content: contents.get(path) ?? '' }));
    // Between equal contents it is the paths that count (docs/VERDICTS.md).
    const parts = images.map(({ path, content }) => (images[0].content === images[1].content ? path : content));
    const key = parts.sort().join('\n');
    const earlier = seen.get(key);
    if (earlier && earlier.verdict !== row.verdict) {
      throw new UsageError(
        `${file}, row ${row.number} says ${row.verdict}, but row ${earlier.number} says ${earlier.verdict} of the same two images`,
      );
    }
    seen.set(key, row);
    return { id: `${file}:${row.number}`, relation, verdict: row.verdict, images };
  });
}

/** Verdicts with those of a table in place of what was known of the same pairs. */
export function withPairs(verdicts: readonly Verdict[], pairs: readonly Verdict[]): Verdict[] {
  const keyOf = ({ relation, images }: Verdict): string => {
    const isCopy = images.length === 2 && images[0].content === images[1].content;
    const parts = images.map(({ content, path }) => (isCopy ? `${content}\n${path}` : content)).sort();
    return JSON.stringify([relation, ...parts]);
  };
  const replaced = new Set(pairs.map(keyOf));
  return [...verdicts.filter(each => each.images.length !== 2 || !replaced.has(keyOf(each))), ...pairs];
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    throw new UsageError(code === 'ENOENT' ? `--pairs: there is no file ${file}` : `--pairs ${file} cannot be read: ${code}`);
  }
}

function rowsOf(root: string, file: string, text: string): Row[] {
  const csv = new CsvReader();
  const read = csv.push(text);
  const { rows: last, isOpen } = csv.end();
  const rows: Row[] = [];
  for (const [index, fields] of [...read, ...last].entries()) {
    if (fields.every(field => field.trim() === '')) continue;
    const number = index + 1;
    const said = (fields[2] ?? '').trim().toLowerCase();
    if (!Object.hasOwn(words, said)) {
      if (index === 0 && fields.length >= 3 && !fields.slice(0, 2).some(field => imageKindOf(field))) continue;
      throw new UsageError(
        `${file}, row ${number}: expected two paths and similar or different, found ${quote(fields.join(','))}`,
      );
    }
    const paths = [fields[0], fields[1]].map(named => {
      const slashed = named.includes('/') ? named.trim() : named.trim().replaceAll('\\', '/');
      const path = toRelative(root, resolve(root, slashed));
      if (!path) throw new UsageError(`${file}, row ${number}: ${quote(named)} does not lie below ${root}`);
      return path;
    });
    if (paths[0] === paths[1]) throw new UsageError(`${file}, row ${number} names one image twice`);
    rows.push({ number, paths: [paths[0], paths[1]], verdict: words[said] });
  }
  if (isOpen) throw new UsageError(`${file}: a quotation mark is opened and never closed`);
  if (rows.length === 0) throw new UsageError(`${file} holds no pairs; each row is path,path,similar or path,path,different`);
  return rows;
}

async function contentsOf(root: string, file: string, rows: readonly Row[]): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  const wanted = [...new Map(rows.flatMap(row => row.paths.map(path => [path, row.number] as const)).reverse())];
  const work = async (): Promise<void> => {
    for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
      const [path, number] = next;
      try {
        contents.set(path, await hashFile(resolve(root, path)));
      } catch (error) {
        const reason = errorCode(error) === 'ENOENT' ? 'there is no file' : `cannot read (${errorCode(error)})`;
        throw new UsageError(`${file}, row ${number}: ${reason} ${quote(path)} below ${root}`);
      }
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  return contents;
}
