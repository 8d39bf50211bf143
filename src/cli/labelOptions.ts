import type { CommandName } from './commandTable';
import type { OptionInfo } from './optionInfo';

const scan: readonly CommandName[] = ['scan'];

/** The options about wrong labels; part of the one table. */
export const labelOptions = {
  'label-scores': {
    value: 'FILE.csv',
    commands: scan,
    help: 'Also judge every label (docs/WRONG-LABELS.md): train networks on parts of the images, ask each about images whose labels it has not seen, report doubtful labels as mislabeled, and write path,label,suggested,score for every image. --fail-on mislabeled judges labels, too.',
  },
  unit: {
    value: 'images|boxes',
    commands: scan,
    help: 'What labels are judged of: whole images (the default), or each box of a detection data set: YOLO label files, or a COCO file given with --labels.',
  },
  'label-seconds': {
    value: 'S',
    commands: scan,
    help: 'Train for so long to judge labels, all networks together (default: by the number of images; on two cores seconds to some minutes). Only the default gives the same scores every time.',
  },
  'pred-probs': {
    value: 'FILE.csv',
    commands: scan,
    help: 'Judge labels by your own model: a column path and one a class with its probability, out-of-fold (from a model that had not seen the label). Nothing is trained then.',
  },
  embeddings: {
    value: 'FILE.csv',
    commands: scan,
    help: 'Judge labels by your own embeddings: a column path, all others numbers. Neighbours vote there, and without --pred-probs a linear classifier is trained on them.',
  },
} as const satisfies Record<string, OptionInfo>;
