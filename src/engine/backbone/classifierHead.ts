/** One step on the way from an output back to where features are: what it does, and what it does it to. */
export interface Step {
  readonly op: string;
  /** The one thing it gets that is no weight; undefined where there are several, or none. */
  readonly from: string | undefined;
}

/** What turns scores into probabilities: only classifiers end in it. */
const PROBABILITIES = new Set(['Softmax', 'LogSoftmax', 'Sigmoid', 'softmax', 'sigmoid']);
/** What hands its input on. */
const PASSING = new Set(['Identity', 'Dropout', 'Cast', 'StopGradient']);
/** What makes scores of features. */
const WEIGHING = new Set(['Gemm', 'MatMul', '_FusedMatMul', 'BatchMatMul', 'Dense']);
/** What may lie between two of those, and also where there are none: no reason to step back further. */
const BETWEEN = new Set(['Add', 'AddV2', 'BiasAdd', 'Relu', 'ReLU', 'Activation']);
/** What only orders numbers anew. */
const SHAPING = new Set(['Flatten', 'Reshape', 'Squeeze', 'Unsqueeze']);
/** Numbers of classes of ImageNet, with and without "background", and of the whole ImageNet (timm). */
const CLASS_COUNTS = new Set([1000, 1001, 21_841, 21_843]);

/**
 * Where a network's features are: its output, or what the head starts from if the network ends in probabilities or in scores of
 * ImageNet's classes. A classifier's scores know only its classes; what they were made from knows much more.
 */
export function featureSource(output: string, size: number | undefined, stepTo: (name: string) => Step | undefined): string {
  let [name, ends] = [output, size !== undefined && CLASS_COUNTS.has(size)];
  for (let step = stepTo(name); !ends && step?.from !== undefined; step = stepTo(name)) {
    if (PROBABILITIES.has(step.op)) ends = true;
    else if (!PASSING.has(step.op)) break;
    name = step.from;
  }
  if (!ends) return output;
  let features = name;
  for (let step = stepTo(name); step?.from !== undefined; step = stepTo(name)) {
    const isShaped = features === name && (SHAPING.has(step.op) || PASSING.has(step.op));
    const isOnTheWay = SHAPING.has(step.op) || PASSING.has(step.op) || BETWEEN.has(step.op);
    if (!WEIGHING.has(step.op) && !isOnTheWay) break;
    name = step.from;
    if (WEIGHING.has(step.op) || isShaped) features = name;
  }
  return features;
}
