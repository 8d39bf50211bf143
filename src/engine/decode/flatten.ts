/**
 * How transparency becomes opaque, stated once because a picture's descriptor depends on it:
 * the ground is white, as in nearly every page and data set; only where the visible part is so light that it would drown in white
 * (see {@link faintContrast}) it is black. The choice looks at the visible pixels alone, so re-encoding, resizing and the colour
 * stored under transparent pixels never change it, and dark or coloured pictures stay far from the limit.
 */
export type Ground = 'white' | 'black';

/**
 * Root mean square difference from white, of visible pixels weighted by their alpha, in 8-bit steps. White line drawings have
 * about 0…15; a light photograph 50 and more.
 */
const faintContrast = 24;

/** @param data RGBA, 8 bits, not premultiplied */
export const chooseGround = (data: Uint8Array): Ground => {
  let weight = 0;
  let square = 0;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    if (alpha === 0) continue;
    // Rec. 709 luma in whole numbers; 32768 = 1.
    const luma = (6966 * data[at] + 23436 * data[at + 1] + 2366 * data[at + 2]) / 32768;
    weight += alpha;
    square += alpha * (255 - luma) ** 2;
  }
  // Nothing visible, or nothing transparent: the ground makes no difference, or there is none.
  if (weight === 0 || weight === (data.length / 4) * 255) return 'white';
  return Math.sqrt(square / weight) < faintContrast ? 'black' : 'white';
};

/** RGBA → RGB on the ground chosen by {@link chooseGround}. */
export const flatten = (data: Uint8Array, ground: Ground = chooseGround(data)): Uint8Array => {
  const base = ground === 'white' ? 255 : 0;
  const flat = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3];
    for (let c = 0; c < 3; c++) flat[to + c] = Math.round((data[from + c] * alpha + base * (255 - alpha)) / 255);
  }
  return flat;
};
