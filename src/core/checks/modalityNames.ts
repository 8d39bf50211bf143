/** What a sample of three consists of. */
export const modalities = ['image', 'sound', 'sensors'] as const;
export type Modality = (typeof modalities)[number];

export const byModality = <T>(value: (of: Modality) => T): Record<Modality, T> => ({
  image: value('image'),
  sound: value('sound'),
  sensors: value('sensors'),
});
