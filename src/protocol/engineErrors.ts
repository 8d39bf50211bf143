import type { ScanNote } from './engine';

/** Codes of the errors that the engine answers with; all others are its own faults (and logged there). */
export const engineErrorCodes = {
  /** The request was cancelled; the code that JSON-RPC clients of the Language Server Protocol use. */
  cancelled: -32800,
  /** Something the user can mend, such as a folder that is not there; `data` is a {@link ScanNote} to translate. */
  note: -32001,
} as const;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

export const isCancelled = (error: unknown): boolean => codeOf(error) === engineErrorCodes.cancelled;

/** The message of an error that the user can mend; undefined for others. */
export const noteOfError = (error: unknown): ScanNote | undefined =>
  codeOf(error) === engineErrorCodes.note && error instanceof Error && 'data' in error ? (error.data as ScanNote) : undefined;
