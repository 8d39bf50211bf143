/**
 * What the sample does to a picture to make a twin of it. Each takes a sharp image and its size, and gives the altered file's
 * bytes and extension. `needs`: the setting without which a scan does not look for it.
 * @type {Record<string, { extension: string; needs?: 'mirrors' | 'turns'; apply: (image: import('sharp').Sharp, size: { width: number; height: number }) => import('sharp').Sharp }>}
 */
export const alterations = {
  'half size': { extension: 'png', apply: (image, { width, height }) => image.resize(width >> 1, height >> 1).png() },
  'JPEG 40': { extension: 'jpg', apply: image => image.jpeg({ quality: 40 }) },
  'WebP 50': { extension: 'webp', apply: image => image.webp({ quality: 50 }) },
  'crop 10 %': {
    extension: 'png',
    apply: (image, { width, height }) =>
      image
        .extract({
          left: Math.round(width * 0.06),
          top: Math.round(height * 0.03),
          width: Math.round(width * 0.9),
          height: Math.round(height * 0.9),
        })
        .png(),
  },
  border: {
    extension: 'png',
    apply: image => image.extend({ top: 14, bottom: 14, left: 20, right: 20, background: '#ffffff' }).png(),
  },
  brighter: { extension: 'jpg', apply: image => image.linear(1.05, 28).jpeg({ quality: 85 }) },
  'less contrast': { extension: 'png', apply: image => image.linear(0.65, 45).png() },
  greyscale: { extension: 'jpg', apply: image => image.greyscale().jpeg({ quality: 80 }) },
  mirror: { extension: 'png', needs: 'mirrors', apply: image => image.flop().png() },
  'turn 90°': { extension: 'png', needs: 'turns', apply: image => image.rotate(90).png() },
};

/** Those that leave something of a digit of 28 × 28 pixels. */
export const digitAlterations = {
  'double size': { extension: 'png', apply: (image, { width, height }) => image.resize(width * 2, height * 2).png() },
  'JPEG 60': { extension: 'jpg', apply: image => image.jpeg({ quality: 60 }) },
  dimmer: { extension: 'png', apply: image => image.linear(0.75, 0).png() },
  'light border': {
    extension: 'png',
    apply: image => image.extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#000000' }).png(),
  },
};
