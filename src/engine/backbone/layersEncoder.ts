import type * as tf from '@tensorflow/tfjs-core';
import { note, NoteError } from '../../core/dataset/note';
import { backboneMessages as messages } from '../../core/training/backboneMessages';
import type { BackboneOptions, InputRangeName } from '../../core/training/backboneOptions';
import type { Step } from './classifierHead';
import { featureSource } from './classifierHead';
import type { TfjsEncoder } from './tfjsEncoder';
import type { TfjsFile } from './tfjsFile';
import type { LayersModel, SymbolicTensor } from './tfjsLibraries';

/** Layers without which a network inside a network is nothing but a classifier's head. */
const HEAD_ONLY = new Set(['InputLayer', 'Dense', 'Dropout', 'Flatten', 'Activation', 'ReLU', 'Softmax']);

/** A Keras-like network. Its weights stay TensorFlow.js tensors; what calls this has made the recording backend current. */
export async function openLayers(file: TfjsFile, options: BackboneOptions, name: string): Promise<TfjsEncoder> {
  const { loadLayersModel, layersModel } = await import('./tfjsLibraries');
  let model: LayersModel;
  try {
    model = await loadLayersModel({ load: () => Promise.resolve(file.artifacts) });
  } catch (error) {
    throw new NoteError(note(messages.layersRefused, name, (error as Error).message.split('\n')[0]), { cause: error });
  }
  if (model.inputs.length !== 1) {
    throw new NoteError(note(messages.severalInputs, name, model.inputs.map(input => `"${input.name}"`).join(', ')));
  }
  const features = options.output === undefined ? chooseTensor(model) : layerOutput(model, options.output, name);
  const encoder = layersModel({ inputs: model.inputs, outputs: features });
  return {
    output: features.sourceLayer.name,
    inputName: model.inputs[0].name,
    inputShape: model.inputs[0].shape,
    preprocessing: guessPreprocessing(model),
    run: images => encoder.apply(images, { training: false }) as tf.Tensor,
    dispose: () => model.dispose(),
  };
}

function layerOutput(model: LayersModel, wanted: string, name: string): SymbolicTensor {
  const layer = model.layers.find(candidate => candidate.name === wanted);
  if (!layer) {
    const names = model.layers.map(candidate => candidate.name);
    const shown = names.length > 30 ? ['…', ...names.slice(-30)] : names;
    throw new NoteError(note(messages.noSuchOutput, name, wanted, shown.join(', ')));
  }
  return layer.getOutputAt(layer.inboundNodes.length - 1) as SymbolicTensor;
}

function chooseTensor(model: LayersModel): SymbolicTensor {
  const [output] = model.outputs;
  const known = new Map([[output.name, output]]);
  const name = featureSource(output.name, output.shape.at(-1) ?? undefined, key => {
    // Behind the sign, a layer whose activation has been looked at already.
    const [tensorName, isBare] = key.endsWith('#') ? [key.slice(0, -1), true] : [key, false];
    const tensor = known.get(tensorName)!;
    const inputs = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]?.inputTensors ?? [];
    inputs.forEach(input => known.set(input.name, input));
    const from = inputs.length === 1 ? inputs[0].name : undefined;
    const { op, activation } = kindOf(tensor.sourceLayer);
    return !isBare && activation ? { op: activation, from: `${key}#` } : ({ op, from } satisfies Step);
  });
  return known.get(name.replace(/#$/, ''))!;
}

type Layer = SymbolicTensor['sourceLayer'];

function kindOf(layer: Layer): { op: string; activation?: string } {
  const inner = (layer as unknown as { layers?: readonly Layer[] }).layers;
  if (inner) {
    // As Teachable Machine nests them: one network for the features, one for the classes.
    const isHead = inner.every(one => HEAD_ONLY.has(one.getClassName()));
    return isHead ? { op: 'Dense', activation: activationOf(inner[inner.length - 1]) } : { op: layer.getClassName() };
  }
  const op = layer.getClassName();
  return { op, activation: op === 'Dense' || op === 'Activation' ? activationOf(layer) : undefined };
}

/** Only of the kinds that make probabilities. */
function activationOf(layer: Layer): string | undefined {
  const { activation } = layer.getConfig();
  return activation === 'softmax' || activation === 'sigmoid' ? activation : undefined;
}

/** Keras's own networks were trained on −1…1, unless they start by rescaling 0…255 themselves. */
function guessPreprocessing(model: LayersModel): InputRangeName {
  if (model.inputs[0].shape.at(-1) === 1) return 'unit';
  return model.layers.slice(0, 4).some(layer => layer.getClassName() === 'Rescaling') ? 'bytes' : 'signed';
}
