/** What can be chosen for a training, by name: the command line's options, the editor's picks and the model file use these. */

export const networkNames = ['chapter', 'chapter-noisy', 'small', 'deep', 'photo', 'starter'] as const;
export type NetworkName = (typeof networkNames)[number];

/**
 * Networks that compare two pictures at once. They give no embedding, so they can't look for anything: they only judge the pairs that
 * something else found.
 */
export const pairNetworkNames = [
  'siamese',
  'pseudo-siamese',
  'two-channel',
  'two-stream',
  'two-channel-two-stream',
  'spp',
  'two-channel-spp',
] as const;
export type PairNetworkName = (typeof pairNetworkNames)[number];

export const lossNames = [
  'contrastive',
  'binary-cross-entropy',
  'triplet',
  'soft-margin-triplet',
  'batch-hard-triplet',
  'ratio-triplet',
  'compact-triplet',
  'nt-xent',
] as const;
export type LossName = (typeof lossNames)[number];

/** Those that look at three images at once: one, one like it and another. */
export const tripletLossNames = [
  'triplet',
  'soft-margin-triplet',
  'batch-hard-triplet',
  'ratio-triplet',
  'compact-triplet',
] as const satisfies readonly LossName[];

export const distanceNames = ['euclidean', 'squared-euclidean', 'cosine', 'manhattan', 'exponential'] as const;
export type DistanceName = (typeof distanceNames)[number];

export const minerNames = ['all', 'hard', 'semi-hard'] as const;
export type MinerName = (typeof minerNames)[number];

export const optimizerNames = ['adam', 'rmsprop'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** Changes of a picture that a model can be taught to ignore. */
export const alterationNames = [
  'crop',
  'mirror',
  'turn',
  'quarter-turn',
  'colour',
  'brightness',
  'grey',
  'blur',
  'noise',
  'compression',
  'border',
  'text',
  'watermark',
] as const;
export type AlterationName = (typeof alterationNames)[number];

export const runtimeNames = ['onnxruntime-node', 'onnxruntime-web', 'webgpu', 'tfjs-node', 'tfjs-cpu'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** `labels`: images of one class are similar; `pairs`: a person's verdicts; `views`: two altered views of one image are. */
export const learnFromNames = ['labels', 'pairs', 'views'] as const;
export type LearnFrom = (typeof learnFromNames)[number];

/** `book`: the chapter's, exactly; `fast`: the same network, trained well for some seconds; `best`: what reaches most in minutes. */
export const caseStudyRecipes = ['book', 'fast', 'best'] as const;
export type CaseStudyRecipe = (typeof caseStudyRecipes)[number];
