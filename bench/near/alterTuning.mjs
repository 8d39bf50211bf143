// Alterations beside the judge's own that the constants of the distance were chosen on; the same form as the judge's file.
const svg = (w, h, inner) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${inner}</svg>`);

const crop = (left, top, width, height) => (p, w, h) =>
  p.extract({
    left: Math.floor(w * left),
    top: Math.floor(h * top),
    width: Math.floor(w * width),
    height: Math.floor(h * height),
  });

export const format = { jpeg15: 'jpg' };
export const alterations = {
  gammaUp: p => p.gamma(1.8, 1),
  contrast: p => p.linear(1.4, -50),
  fade: p => p.linear(0.6, 90),
  jpeg15: p => p.jpeg({ quality: 15 }),
  quarter: (p, w) => p.resize({ width: w >> 2 }),
  cropRight: crop(0.1, 0, 0.9, 1),
  cropBottom: crop(0, 0, 1, 0.85),
  cropCorner: crop(0.15, 0.12, 0.85, 0.88),
  cropCentre: crop(0.08, 0.08, 0.84, 0.84),
  turnBack: p => p.rotate(-4, { background: '#000' }),
  frame: p => p.extend({ top: 12, bottom: 30, left: 25, right: 8, background: '#c8b090' }),
  letterbox: (p, w, h) => p.extend({ top: h >> 3, bottom: h >> 3, background: '#000' }),
  logo: (p, w, h) => p.composite([{ input: svg(w, h, `<circle cx="85%" cy="15%" r="${w / 14}" fill="#06c"/>`) }]),
  sharpen: p => p.sharpen({ sigma: 1.5 }),
  saturate: p => p.modulate({ saturation: 2 }),
};
