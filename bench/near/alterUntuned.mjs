// Alterations that no constant was ever chosen on; the same form as the near-duplicate judge's own file.
// name → (sharp pipeline of the base picture, width, height) → altered pipeline. `format` names those not written as PNG.
const svg = (w, h, inner) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${inner}</svg>`);

export const format = { jpeg10: 'jpg' };
export const alterations = {
  turn25: p => p.rotate(25, { background: '#fff' }),
  flipVertical: p => p.flip(),
  aspect10: (p, w, h) => p.resize(Math.round(w * 1.1), h, { fit: 'fill' }),
  jpeg10: p => p.jpeg({ quality: 10 }),
  otherText: (p, w, h) =>
    p.composite([
      {
        input: svg(
          w,
          h,
          `<text x="12%" y="22%" font-size="${(h / 10) | 0}" fill="yellow" stroke="black">Draft &#8212; do not share</text>`,
        ),
      },
    ]),
};
