/** What went wrong, in one line: ONNX Runtime puts source locations in front, Node the file that asked and the paths that it tried behind. */
export function firstLine(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  return (/Failed to .*/.exec(line)?.[0] ?? line).replace(/ imported from .*/, '');
}
