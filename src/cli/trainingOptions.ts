import { inputRangeNames, poolingNames } from '../core/training/backboneOptions';
import {
  alterationNames,
  distanceNames,
  learnFromNames,
  lossNames,
  minerNames,
  networkNames,
  optimizerNames,
  pairNetworkNames,
  runtimeNames,
} from '../core/training/names';
import { heldOutNames } from '../protocol/compareLosses';
import type { CommandName } from './commandTable';
import type { OptionInfo } from './optionInfo';

const train: readonly CommandName[] = ['train'];
const learning: readonly CommandName[] = ['train', 'compare'];
const either = (names: readonly string[]): string => names.join('|');

/** The options of the commands about models; part of the one table. */
export const trainingOptions = {
  learn: {
    value: either(learnFromNames),
    many: true,
    commands: learning,
    help: 'What to learn from: labels (images of one class are similar), pairs (your verdicts and --pairs), views (two altered views of one image are similar: no labels needed). Without it: pairs where --pairs is given, else labels where there are class folders, else views. pairs goes together with either of the others.',
  },
  relation: {
    value: 'NAME',
    commands: train,
    help: 'What “similar” means: same-class (the default with labels), same-picture (the default without) or a name of your own. It says whose verdicts count, and what the model is for: same-picture models find duplicates, same-class models judge labels.',
  },
  network: {
    value: either([...networkNames, ...pairNetworkNames]),
    commands: learning,
    help: `The encoder (default: what suits the size of the images); or a network that looks at two pictures at once, for scan --rescore-model: ${pairNetworkNames.join(', ')}.`,
    differs: {
      compare: { value: either(networkNames), help: 'The encoder (default: what suits the size of the images).' },
    },
  },
  loss: {
    value: either(lossNames),
    commands: train,
    help: 'What is minimized (default: nt-xent for labels or views alone, else contrastive).',
  },
  distance: {
    value: either(distanceNames),
    commands: learning,
    help: 'How two embeddings are compared (default: what suits the loss).',
  },
  optimizer: { value: either(optimizerNames), commands: train, help: 'How the weights are updated (default adam).' },
  miner: { value: either(minerNames), commands: train, help: 'Which pairs of a batch count (default all).' },
  'learning-rate': { value: 'X', commands: train, help: 'The highest learning rate (default: what suits the network).' },
  'batch-size': { value: 'N', commands: learning, help: 'Images in a step (default: what suits the network).' },
  alterations: {
    value: 'a,b,…|none',
    commands: learning,
    help: `Changes of a picture that the model learns to ignore (default: all that suit). Names: ${alterationNames.join(', ')}.`,
  },
  'rescore-model': {
    value: 'none|FILE',
    commands: ['scan'],
    help: 'Judge the pairs that were found again with a network that looks at both pictures at once (train --network two-channel); it can take pairs away or bring them nearer. Without it: the one that "rescoreModel" in DIR/.twinlint/config.json names, if it names one; none: no such network.',
  },
  losses: {
    value: 'a,b,…',
    commands: ['compare'],
    help: `The losses to compare (default: all). Names: ${lossNames.join(', ')}.`,
  },
  steps: {
    value: 'N',
    commands: ['compare'],
    help: 'Steps that each loss may learn for, the same batches for all (default 300).',
  },
  'held-out': {
    value: either(heldOutNames),
    commands: ['compare'],
    help: 'What losses are judged on: images of the classes learned (default; test images, where the data set has some), or a third of the classes, none of which was learned.',
  },
  epochs: { value: 'N', commands: train, help: 'Train for so many passes through the images, instead of --seconds.' },
  seconds: {
    value: 'S',
    commands: ['train', 'case-study', 'check', 'verify'],
    help: 'Train for so long, with a schedule planned for it (default 30). Reading images comes on top.',
    differs: {
      check: {
        help: 'Train for so long, all networks together (default: what suits the number of files). Reading comes on top.',
      },
      'case-study': { help: 'How long to train (default 30; recipe best: 300). The book’s recipe has its 13 epochs.' },
    },
  },
  patience: {
    value: 'N',
    commands: train,
    help: 'Stop after so many judgements of the held-back images without gain (default: never early).',
  },
  'start-from': {
    value: 'MODEL|starter',
    commands: train,
    help: 'Go on from a model’s weights; starter is the encoder that comes with Twinlint.',
  },
  backbone: {
    value: 'FILE',
    commands: train,
    help: 'A network of your own, an ONNX file or a TensorFlow.js model.json: it stays as it is, and a small head on top of it learns. docs/BACKBONES.md says how the next four are chosen without you.',
  },
  'backbone-output': {
    value: 'NAME',
    commands: train,
    help: 'The output or inner layer of the backbone to take features from.',
  },
  'backbone-input-range': {
    value: either(inputRangeNames),
    commands: train,
    help: 'Which numbers the backbone was trained on: unit 0…1, signed −1…1, imagenet and clip their mean and deviation, bytes 0…255.',
  },
  'backbone-pooling': {
    value: either(poolingNames),
    commands: train,
    help: 'Where the backbone gives a map or a list of tokens: their mean, or the first.',
  },
  'backbone-size': {
    value: 'N',
    commands: train,
    help: 'Height and width of the images, where the backbone takes any (default 224).',
  },
  resume: {
    value: 'FILE',
    commands: ['train', 'case-study'],
    help: 'Keep in this file what is needed to go on after an interruption, and go on from it where it is there.',
  },
  name: { value: 'NAME', commands: train, help: 'What to call the model in lists (default: the file’s name).' },
  by: {
    value: 'labels|pairs',
    commands: ['evaluate'],
    help: 'Judge on pairs of the data set’s classes, or on verdicts (default: labels where there are any, pairs where --pairs is given).',
  },
  seed: {
    value: 'N',
    commands: ['train', 'evaluate', 'compare', 'case-study', 'select', 'resplit', 'check', 'verify'],
    help: 'Number that random choices follow (default 1): the same gives the same result at one thread and a fixed number of epochs.',
    differs: {
      evaluate: { help: 'Number that the choice of pairs follows (default 1).' },
      check: { help: 'Number that random choices follow (default 1).' },
      compare: { help: 'Number that random choices follow (default 1): the same first weights and batches for all losses.' },
      select: { help: 'Number that a random draw follows (default 1).' },
      resplit: { help: 'Number that the draw follows (default 1): the same gives the same splits.' },
    },
  },
  runtime: {
    value: either(['auto', ...runtimeNames]),
    commands: ['train', 'evaluate', 'compare', 'case-study', 'check', 'verify'],
    help: 'What the network runs on (default auto; “twinlint engine” says what there is).',
  },
  plot: {
    value: 'FILE.svg',
    commands: ['train', 'evaluate', 'case-study'],
    help: 'Draw the losses and the accuracy over the steps as an SVG picture; an existing file is replaced.',
    differs: {
      evaluate: {
        help: 'Draw predicted probabilities against how often they came true as an SVG picture; an existing file is replaced.',
      },
    },
  },
  recipe: {
    value: 'book|fast|best',
    commands: ['case-study'],
    help: 'book: the chapter’s pairs, optimizer and 13 epochs. fast (the default): its network, all pairs within batches, for --seconds. best: a deeper network.',
  },
  data: {
    value: 'FOLDER',
    commands: ['case-study'],
    help: 'The folder of Fashion-MNIST’s four idx files, gzipped or not (default: $TWINLINT_FASHION_MNIST, else where Debian’s package dataset-fashion-mnist puts them).',
  },
  onnx: { value: 'FILE', commands: ['export'], help: 'The ONNX file to write.' },
  force: {
    commands: ['train', 'case-study', 'export'],
    help: 'Replace the file where there is one already.',
  },
} as const satisfies Record<string, OptionInfo>;
