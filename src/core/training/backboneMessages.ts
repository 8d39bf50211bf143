/** Every sentence about a user's own network as a backbone. */
export const backboneMessages = {
  missing: 'The backbone {0} is not there any more. Put it back, or train a new model on another one.',
  unreadable: 'The backbone {0} cannot be read ({1}).',
  changed:
    'The backbone {0} is not the file that this model was trained on: its features would mean something else. Put the old file back, or train again.',
  unknownFile: '{0} is no network that can serve as a backbone. Give an ONNX file, or the model.json of a TensorFlow.js model.',
  onnxRuntimeNeeded:
    'An ONNX backbone needs ONNX Runtime; {0} cannot run it. Leave the runtime to Twinlint, or ask for onnxruntime-node.',
  onnxRefused: 'ONNX Runtime refuses the backbone {0}: {1}',
  severalInputs:
    'The backbone {0} wants the inputs {1}; a backbone gets one image and nothing else. Export the part of the network that encodes images.',
  inputType: 'The input "{1}" of the backbone {0} takes {2}; images can be given as float32 or uint8. Convert the network.',
  inputRank:
    'The input "{1}" of the backbone {0} has the shape [{2}]; an image needs four: batch, height, width and colour channels.',
  inputChannels:
    'The input "{1}" of the backbone {0} has the shape [{2}], in which neither the second nor the last number is 1 or 3: no place for colour channels.',
  sizeFixed: 'The backbone {0} takes images of {1} and no others, so not of {2}. Leave the size to it.',
  onlyBytes:
    'The backbone {0} takes whole numbers from 0 to 255, so not the input range "{1}". Leave the range to it, or say bytes.',
  outputRank:
    'The output "{1}" of the backbone {0} has the shape [{2}], which is no vector, list of vectors or map for each image.',
  outputType: 'The output "{1}" of the backbone {0} gives {2}; features have to be float32.',
  outputBatch: 'The backbone {0} gives [{1}] for {2} images: it does not keep images apart.',
  noSuchOutput: 'The backbone {0} has no output or inner layer "{1}". It has: {2}',
  externalData:
    'The inner layer "{1}" of the backbone {0} cannot be read out, since its weights lie in another file. Choose one of its outputs: {2}',
  notFinite: 'The backbone {0} gives numbers that are not finite. Try another input range.',
  constantFeatures: 'The backbone {0} gives the same features for every image. Try another input range, or another output.',
  jsonInvalid: '{0} is no model.json of TensorFlow.js: {1}',
  noTopology:
    '{0} lists weights without the network that they belong to. A model.json with "modelTopology" is needed: export the whole model.',
  shardMissing: 'The backbone {0} is incomplete: the weights {1} are not beside it.',
  shardSize:
    'The weights of the backbone {0} are {1} bytes; its list asks for {2}. The files are damaged or do not belong together.',
  operation: 'The backbone {0} uses the operation "{1}", which Twinlint cannot compile. Convert the network to ONNX instead.',
  layersRefused: 'TensorFlow.js cannot rebuild the backbone {0}: {1}',
  noExport:
    'The model {0} sits on the backbone {1} and cannot be exported as one file. Models trained without a backbone can be exported.',
  noViews:
    'A backbone’s features are computed once, so a head on it cannot learn from altered views. Learn from labels or pairs, without alterations.',
  ownNetwork: 'A backbone takes the place of the network {0}. Leave out one of the two.',
  noStart: 'The model {0} is a head on a backbone; a training cannot go on from it. Train a new head on the same backbone.',

  chosen: 'The backbone {0} gives {1} numbers an image from "{2}", of images of {3} with the input range "{4}".',
} as const;
