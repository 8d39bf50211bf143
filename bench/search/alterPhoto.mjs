import sharp from 'sharp';

/**
 * Another file of the same picture: 0.7 to 1.4 times as large, brighter or darker, a JPEG; `hard`: also turned by up to 5°, blurred or
 * noisy, with another gamma and tint (one in six grey), and a fifth to a third of the region's sides covered.
 * @returns the raster and where the box lies in it
 */
export async function alterPhoto(photo, box, random, hard) {
  const scale = 2 ** random.between(Math.log2(0.7), Math.log2(1.4));
  const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) };
  const [sx, sy] = [size.width / photo.width, size.height / photo.height];
  let place = { x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy };
  const gain = random.between(0.7, 1.3);
  const offset = random.between(-20, 20);
  let picture = sharp(photo.data, { raw: { width: photo.width, height: photo.height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .linear(gain, offset);
  if (hard) {
    const degrees = random.between(-5, 5);
    const raw = await picture.raw().toBuffer();
    picture = sharp(raw, { raw: { ...size, channels: 3 } }).rotate(degrees, { background: '#888' });
    const turned = await picture.raw().toBuffer({ resolveWithObject: true });
    place = turnedBox(place, size, turned.info, degrees);
    if (random.chance(0.7)) cover(turned, place, random);
    recolour(turned.data, random);
    Object.assign(size, { width: turned.info.width, height: turned.info.height });
    picture = sharp(turned.data, { raw: { ...size, channels: 3 } });
    if (random.chance(0.4)) picture = picture.blur(random.between(0.5, 1.6));
  }
  const jpeg = await picture.jpeg({ quality: random.integer(30, 90) }).toBuffer();
  const data = new Uint8Array(await sharp(jpeg).raw().toBuffer());
  return { raster: { ...size, data }, place };
}

/** The box with the same middle and size; libvips turns about the middle and enlarges the picture to hold its corners. */
function turnedBox({ x, y, width, height }, from, to, degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [u, v] = [x + width / 2 - from.width / 2, y + height / 2 - from.height / 2];
  const [mx, my] = [u * cos - v * sin + to.width / 2, u * sin + v * cos + to.height / 2];
  return { x: mx - width / 2, y: my - height / 2, width, height };
}

function cover({ data, info }, { x, y, width, height }, random) {
  const [w, h] = [width * random.between(0.2, 0.35), height * random.between(0.2, 0.35)];
  const [left, top] = [Math.round(x + random.between(0, width - w)), Math.round(y + random.between(0, height - h))];
  const colour = [0, 1, 2].map(() => random.integer(0, 255));
  for (let row = Math.max(0, top); row < Math.min(info.height, top + h); row++) {
    for (let column = Math.max(0, left); column < Math.min(info.width, left + w); column++) {
      for (let c = 0; c < 3; c++) data[(row * info.width + column) * 3 + c] = colour[c];
    }
  }
}

function recolour(data, random) {
  const gamma = 2 ** random.between(-0.5, 0.5);
  const tint = [0, 1, 2].map(() => random.between(0.85, 1.15));
  const isGrey = random.chance(1 / 6);
  const noise = random.chance(0.4) ? random.between(0, 16) : 0;
  for (let i = 0; i < data.length; i += 3) {
    const grey = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    for (let c = 0; c < 3; c++) {
      const value = (isGrey ? grey : data[i + c]) * tint[c] + noise * (random.next() + random.next() - 1);
      data[i + c] = Math.max(0, Math.min(255, Math.round(255 * Math.max(0, value / 255) ** gamma)));
    }
  }
}
