import { createHash } from 'node:crypto';
import type { Model } from '../model/modelFile';
import { loadModel } from '../model/modelFile';
import { exportOnnx } from '../training/exportOnnx';
import { StarterEncoder } from './starterEncoder';
import { STARTER_SIDE } from './starterInput';

/** The file name in `media/`. */
export const STARTER_FILE = 'starter.twinmodel';

/**
 * The encoder that Twinlint ships: trained by scripts/starter/ on generated pictures, for the first scan and as a start for training.
 * @throws ModelFileError where the file is missing or damaged, Error where it holds another network.
 */
export async function loadStarter(path: string): Promise<Model> {
  const model = await loadModel(path);
  const [height, width, channels] = model.network.input;
  if (model.network.name !== 'starter' || height !== STARTER_SIDE || width !== STARTER_SIDE || channels !== 3) {
    throw new Error(`${path} is not the starter encoder of this version.`);
  }
  return model;
}

/** The starter as an ONNX model, for {@link StarterEncoder}; small enough to be sent to threads. */
export const starterGraph = (model: Model): Uint8Array => exportOnnx(model.network, model.parameters);

export interface TriedStarter {
  /** Absent where the starter can't run here: pictures are then compared without embeddings. */
  readonly graph?: Uint8Array;
  /** Of the weights; `none` without. */
  readonly version: string;
  /** Why there is none; a line for the log. */
  readonly problem?: string;
}

/** The starter's graph if it loads and runs here; never throws. */
export async function tryStarter(path: string): Promise<TriedStarter> {
  try {
    const graph = starterGraph(await loadStarter(path));
    const encoder = await StarterEncoder.create(graph);
    await encoder.dispose();
    return { graph, version: createHash('sha256').update(graph).digest('hex').slice(0, 16) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { version: 'none', problem: `Pictures are compared without the starter encoder: ${reason}` };
  }
}
