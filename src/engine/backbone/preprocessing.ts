import type { InputRangeName } from '../../core/training/backboneOptions';

export interface Preprocessing {
  /** value · scale + shift, a number a channel (the first one for grey). */
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

const standardize = (mean: readonly number[], deviation: readonly number[]): Preprocessing => ({
  scale: deviation.map(d => 1 / d),
  shift: mean.map((m, c) => -m / deviation[c]),
});
const all = (scale: number, shift: number): Preprocessing => ({ scale: [scale, scale, scale], shift: [shift, shift, shift] });

/**
 * What networks were trained to get, from numbers 0…1: those themselves; −1…1 (Keras's MobileNet and Inception, Teachable Machine);
 * ImageNet's mean and deviation (torchvision, timm, DINO); those of CLIP; 0…255 (networks that rescale by themselves).
 */
export const PREPROCESSINGS: Readonly<Record<InputRangeName, Preprocessing>> = {
  unit: all(1, 0),
  signed: all(2, -1),
  imagenet: standardize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
  clip: standardize([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
  bytes: all(255, 0),
};
