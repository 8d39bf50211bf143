/** Side in pixels of a scene that patches are cut from. */
export const SCENE_SIDE = 192;

/**
 * Cuts a square patch: each pixel of it is looked up in the scene, bilinearly; beyond the edges the scene is mirrored.
 * @param {Uint8Array} scene SCENE_SIDE² RGB
 * @param {{x: number, y: number, zoom: number, stretch: number, turn: number}} view the patch's middle in the scene, scene pixels a
 *   patch pixel, the same across ÷ down, radians
 * @param {Float32Array} into `side`² RGB, 0…1
 */
export function cutPatch(scene, { x, y, zoom, stretch, turn }, side, into, offset) {
  const [across, down] = [zoom * Math.sqrt(stretch), zoom / Math.sqrt(stretch)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const middle = (side - 1) / 2;
  let at = offset;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [u, v] = [(column - middle) * across, (row - middle) * down];
      const [sx, sy] = [mirrored(x + u * cos - v * sin), mirrored(y + u * sin + v * cos)];
      const [x0, y0] = [Math.min(SCENE_SIDE - 2, Math.floor(sx)), Math.min(SCENE_SIDE - 2, Math.floor(sy))];
      const [fx, fy] = [sx - x0, sy - y0];
      const from = (y0 * SCENE_SIDE + x0) * 3;
      for (let c = 0; c < 3; c++, at++) {
        const i = from + c;
        const top = scene[i] + (scene[i + 3] - scene[i]) * fx;
        const below = i + SCENE_SIDE * 3;
        const bottom = scene[below] + (scene[below + 3] - scene[below]) * fx;
        into[at] = (top + (bottom - top) * fy) / 255;
      }
    }
  }
}

function mirrored(at) {
  const last = SCENE_SIDE - 1;
  let value = Math.abs(at) % (2 * last);
  if (value > last) value = 2 * last - value;
  return value;
}

/** Another light, another camera: brightness, contrast, gamma, tint, colourfulness, noise. @param {ReturnType<import('../starter/random.mjs').createRandom>} random */
export function recolour(patch, offset, length, random) {
  const contrast = random.between(0.6, 1.4);
  const gamma = 2 ** random.between(-0.6, 0.6);
  const shift = random.between(-0.15, 0.15);
  const tint = [0, 1, 2].map(() => random.between(0.85, 1.15));
  const colour = random.chance(0.12) ? 0 : random.between(0.5, 1.3);
  const noise = random.chance(0.4) ? random.between(0, 0.06) : 0;
  for (let at = offset; at < offset + length; at += 3) {
    const grey = 0.299 * patch[at] + 0.587 * patch[at + 1] + 0.114 * patch[at + 2];
    for (let c = 0; c < 3; c++) {
      const value = (grey + (patch[at + c] - grey) * colour) * tint[c];
      const lit = Math.max(0, Math.min(1, value)) ** gamma;
      const seen = (lit - 0.5) * contrast + 0.5 + shift + (noise === 0 ? 0 : noise * (random.next() + random.next() - 1) * 2);
      patch[at + c] = Math.max(0, Math.min(1, seen));
    }
  }
}

/** Hides a part under a plain or a speckled rectangle. */
export function cover(patch, offset, side, box, random) {
  const colour = [random.next(), random.next(), random.next()];
  const speckle = random.chance(0.4) ? 0.4 : 0;
  const clamp = value => Math.max(0, Math.min(side, Math.round(value)));
  for (let row = clamp(box.y); row < clamp(box.y + box.height); row++) {
    for (let column = clamp(box.x); column < clamp(box.x + box.width); column++) {
      const at = offset + (row * side + column) * 3;
      for (let c = 0; c < 3; c++) patch[at + c] = Math.max(0, Math.min(1, colour[c] + speckle * (random.next() - 0.5)));
    }
  }
}
