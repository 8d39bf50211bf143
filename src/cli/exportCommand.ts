import { displayPath } from '../core/findings/findingMessage';
import { ExportOnnxRequest } from '../protocol/training';
import type { CommandLine } from './commandLine';
import { withEngine } from './engineSession';
import { existingFile, newFile } from './modelFiles';
import * as values from './optionValues';
import { streamOutput } from './output';
import type { Surroundings } from './surroundings';
import { sizeText } from './trainReport';
import { exitCodes, UsageError } from './usageError';

/** `twinlint export MODEL --onnx FILE`. @returns the exit code. */
export async function exportCommand({ positionals, options }: CommandLine, around: Surroundings): Promise<number> {
  const file = values.last(options, 'onnx');
  if (positionals.length !== 1 || file === undefined) {
    throw new UsageError('export takes a model and the file to write, as in "twinlint export MODEL --onnx encoder.onnx"');
  }
  const path = existingFile(positionals[0], 'the model');
  const outPath = newFile(file, 'onnx', options.has('force'));
  if (outPath === path) throw new UsageError('--onnx names the model itself; name another file');
  return withEngine({ ...around, cache: true }, async client => {
    const { sizeBytes } = await client.request(ExportOnnxRequest, { path, outPath });
    await streamOutput(around.stdout).write([`${displayPath(file)}  ${sizeText(sizeBytes)}\n`]);
    return exitCodes.clean;
  });
}
