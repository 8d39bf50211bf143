/** What a backbone's images are made into, from numbers 0…1; the engine says what each name stands for. */
export const inputRangeNames = ['unit', 'signed', 'imagenet', 'clip', 'bytes'] as const;
export type InputRangeName = (typeof inputRangeNames)[number];

/** How an output of several vectors becomes one. */
export const poolingNames = ['mean', 'first'] as const;
export type PoolingName = (typeof poolingNames)[number];

/** Largest height and width of images that a backbone may be asked for. */
export const LARGEST_BACKBONE_SIZE = 1024;

/** What a user may say of a backbone, where Twinlint's rules would choose wrong; what is absent is chosen by rule. */
export interface BackboneOptions {
  /** An output or inner layer by its name. */
  readonly output?: string;
  /** Which numbers the network was trained on. */
  readonly preprocessing?: InputRangeName;
  readonly pooling?: PoolingName;
  /** Height and width of the images where the network takes any. */
  readonly size?: number;
}
