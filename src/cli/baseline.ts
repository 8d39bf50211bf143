import { readFile } from 'node:fs/promises';
import type { Finding } from '../core/findings/finding';
import { allFindingKinds, isFindingKind } from '../core/findings/kinds';
import { UsageError } from './usageError';

/** Findings that were known before: the most urgent kind by id. */
export type Baseline = ReadonlyMap<string, number>;

const urgency = (kind: string): number => (isFindingKind(kind) ? allFindingKinds.indexOf(kind) : Infinity);

/** Reads a report of `scan --format json`. @throws {UsageError} where it is none */
export async function readBaseline(file: string): Promise<Baseline> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const hint =
      error.code === 'ENOENT'
        ? 'there is no such file; "twinlint scan DIR --out FILE.json" makes one'
        : (error.code ?? error.message);
    throw new UsageError(`--baseline ${file} cannot be read: ${hint}`);
  });
  const findings = findingsIn(text);
  if (!findings) throw new UsageError(`--baseline ${file} is no report of "twinlint scan --format json"`);
  const known = new Map<string, number>();
  for (const { id, kind } of findings) known.set(id, Math.min(known.get(id) ?? Infinity, urgency(kind)));
  return known;
}

function findingsIn(text: string): readonly { readonly id: string; readonly kind: string }[] | undefined {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, findings } = (report ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings)) return undefined;
  const isFinding = (each: unknown): each is { id: string; kind: string } =>
    typeof (each as { id?: unknown } | null)?.id === 'string' && typeof (each as { kind?: unknown }).kind === 'string';
  return findings.every(isFinding) ? findings : undefined;
}

/** A pair that was a near-duplicate and has become a leak is news; one that was a leak and is only a near-duplicate now is not. */
export const isKnown = (baseline: Baseline, { id, kind }: Finding): boolean => {
  const before = baseline.get(id);
  return before !== undefined && before <= urgency(kind);
};
