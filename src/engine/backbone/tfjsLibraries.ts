/** The readers of TensorFlow.js models: imported only once a model of this kind is opened, since they are large. */
export { loadGraphModelSync } from '@tensorflow/tfjs-converter';
export type { GraphModel } from '@tensorflow/tfjs-converter';
export { loadLayersModel, model as layersModel } from '@tensorflow/tfjs-layers';
export type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
