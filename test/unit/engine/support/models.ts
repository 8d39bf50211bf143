import { initialParameters } from '../../../../src/engine/model/initialize';
import { saveModel } from '../../../../src/engine/model/modelFile';
import type { ModelDescription } from '../../../../src/engine/model/modelFile';
import { createNetwork } from '../../../../src/engine/model/networks';
import { SeededRandom } from '../../../../src/engine/samplers/random';

/** Writes a model that learned nothing: the chapter's network with its first weights. They tell dark pictures from light ones. */
export async function testModel(file: string, more: Partial<ModelDescription> = {}): Promise<void> {
  const network = createNetwork('chapter');
  const description: ModelDescription = {
    name: 'test',
    network: 'chapter',
    input: [...network.input],
    embeddingSize: network.embeddingSize,
    relation: 'same-picture',
    distance: 'euclidean',
    threshold: 0.5,
    calibration: [],
    preprocessing: '',
    labels: [],
    trainedAt: '2026-01-01T00:00:00.000Z',
    trainedOn: { images: 0, pairs: 0, learnFrom: ['labels'] },
    trainingLog: [],
    writtenBy: 'a test',
    ...more,
  };
  await saveModel(file, { description, network, parameters: initialParameters(network, new SeededRandom(3)) });
}
