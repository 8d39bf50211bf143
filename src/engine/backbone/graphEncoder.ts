import type * as tf from '@tensorflow/tfjs-core';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { BackboneOptions, InputRangeName } from '../../core/training/backboneOptions';
import { featureSource } from './classifierHead';
import type { TfjsEncoder } from './tfjsEncoder';
import type { GraphNode, TfjsFile } from './tfjsFile';
import type { GraphModel } from './tfjsLibraries';

/** A node's name in a reference to it: without the output's number and the sign of an order. */
const nodeName = (reference: string): string => reference.replace(/^\^/, '').replace(/:\d+$/, '');

/** A converted TensorFlow graph. What calls this has made the recording backend current. */
export async function openGraph(file: TfjsFile, options: BackboneOptions, name: string): Promise<TfjsEncoder> {
  const { loadGraphModelSync } = await import('./tfjsLibraries');
  let model: GraphModel<never>;
  try {
    model = loadGraphModelSync(file.artifacts);
  } catch (error) {
    throw new NoteError(note(messages.layersRefused, name, (error as Error).message.split('\n')[0]), { cause: error });
  }
  if (model.inputs.length !== 1) {
    throw new NoteError(note(messages.severalInputs, name, model.inputs.map(input => `"${input.name}"`).join(', ')));
  }
  const nodes = new Map(file.nodes.map(node => [node.name, node]));
  const [input] = model.inputs;
  const output = chooseNode(model, nodes, options, name);
  return {
    output,
    inputName: input.name,
    inputShape: input.shape ?? [],
    preprocessing: guessPreprocessing(file.nodes, nodeName(input.name), model),
    run: images => model.execute({ [input.name]: images }, output) as tf.Tensor,
    dispose: () => model.dispose(),
  };
}

function chooseNode(
  model: GraphModel<never>,
  nodes: ReadonlyMap<string, GraphNode>,
  { output }: BackboneOptions,
  name: string,
): string {
  if (output !== undefined) {
    if (nodes.has(nodeName(output))) return output;
    throw new NoteError(note(messages.noSuchOutput, name, output, model.outputs.map(o => o.name).join(', ')));
  }
  const [last] = model.outputs;
  return featureSource(last.name, last.shape?.at(-1), key => {
    const node = nodes.get(nodeName(key));
    const given = node?.input?.filter(i => !i.startsWith('^') && nodes.get(nodeName(i))?.op !== 'Const') ?? [];
    return node && { op: node.op, from: given.length === 1 || node.op === 'Reshape' ? given[0] : undefined };
  });
}

/** By what the graph does to its input first: from TensorFlow Hub it gets 0…1, and may itself make −1…1 of that, or of 0…255. */
function guessPreprocessing(nodes: readonly GraphNode[], input: string, model: GraphModel<never>): InputRangeName {
  if (model.inputs[0].shape?.at(-1) === 1) return 'unit';
  const first = nodes.find(node => node.op !== 'Const' && node.input?.some(i => !i.startsWith('^') && nodeName(i) === input));
  const weight = first?.input?.map(nodeName).find(i => i !== input && i in model.weights);
  const numbers = weight === undefined ? undefined : model.weights[weight][0].dataSync();
  if (!first || numbers?.length !== 1) return 'signed';
  const [number] = numbers as Float32Array;
  const range = first.op === 'Mul' ? 1 / number : first.op === 'RealDiv' || first.op === 'Sub' ? number : NaN;
  return range > 2 ? 'bytes' : range > 0 ? 'unit' : 'signed';
}
