import sharp from 'sharp';

export const FRAMES = 48;
const SIZE = { width: 360, height: 270 };
/** An object less visible than this is hidden. */
const LEAST_VISIBLE = 0.35;

const rgb = { channels: 3 };
const open = ({ width, height, data }) => sharp(data, { raw: { width, height, ...rgb } });

/**
 * A sequence of known motion: an oval piece of one photograph runs over another one that pans; it grows and shrinks by up to 1.5, the light
 * changes by up to 25 %, and a bar of a third photograph hides it for a while. Every frame goes through a JPEG.
 * @returns frames {raster, box, isHidden}; the box is that of the whole oval
 */
export async function makeSequence(photos, random) {
  const [ground, thing, cover] = drawThree(photos, random);
  const room = { width: Math.round(SIZE.width * 1.25), height: Math.round(SIZE.height * 1.25) };
  const back = await open(ground).resize(room.width, room.height, { fit: 'cover' }).raw().toBuffer();
  const side = 160;
  const left = random.integer(0, thing.width - side);
  const top = random.integer(0, thing.height - side);
  const piece = await open(thing).extract({ left, top, width: side, height: side }).raw().toBuffer();
  const barWidth = 90;
  const bar = await open(cover).resize(barWidth, SIZE.height, { fit: 'cover' }).raw().toBuffer();
  const base = random.between(46, 66);
  const wave = () => ({ speed: random.between(0.5, 1.3), phase: random.between(0, 2 * Math.PI) });
  const [ax, ay, size, light] = [wave(), wave(), wave(), wave()];
  const swing = ({ speed, phase }, at) => Math.sin(phase + speed * at * 2 * Math.PI);
  const hiddenFrom = random.integer(16, 26);
  const frames = [];
  for (let i = 0; i < FRAMES; i++) {
    const at = i / FRAMES;
    const width = Math.round(base * 1.5 ** swing(size, at));
    const height = Math.round(width * 0.9);
    const reach = { x: (SIZE.width - width) / 2 - 4, y: (SIZE.height - height) / 2 - 4 };
    const x = Math.round(SIZE.width / 2 + reach.x * swing(ax, at) - width / 2);
    const y = Math.round(SIZE.height / 2 + reach.y * swing(ay, at) - height / 2);
    const pan = {
      left: Math.round((room.width - SIZE.width) * (0.5 + 0.5 * Math.sin(at * 5))),
      top: Math.round((room.height - SIZE.height) * (0.5 + 0.5 * Math.cos(at * 4))),
    };
    const oval = Buffer.from(
      `<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="50%" ry="50%" fill="#fff"/></svg>`,
    );
    const object = await sharp(piece, { raw: { width: side, height: side, ...rgb } })
      .resize(width, height, { fit: 'fill' })
      .ensureAlpha()
      .composite([{ input: oval, blend: 'dest-in' }])
      .png()
      .toBuffer();
    const layers = [{ input: object, left: x, top: y }];
    const isBarred = i >= hiddenFrom && i < hiddenFrom + 7;
    const barLeft = Math.max(0, Math.min(SIZE.width - barWidth, Math.round(x + width / 2 - barWidth / 2)));
    if (isBarred) layers.push({ input: bar, raw: { width: barWidth, height: SIZE.height, ...rgb }, left: barLeft, top: 0 });
    const shown = await sharp(back, { raw: { ...room, ...rgb } })
      .extract({ ...pan, ...SIZE })
      .composite(layers)
      .removeAlpha()
      .raw()
      .toBuffer();
    const jpeg = await sharp(shown, { raw: { ...SIZE, ...rgb } })
      .linear(1 + 0.25 * swing(light, at), 0)
      .jpeg({ quality: 70 })
      .toBuffer();
    const data = new Uint8Array(await sharp(jpeg).raw().toBuffer());
    const visible = isBarred ? 1 - Math.max(0, Math.min(x + width, barLeft + barWidth) - Math.max(x, barLeft)) / width : 1;
    frames.push({ raster: { ...SIZE, data }, box: { x, y, width, height }, isHidden: visible < LEAST_VISIBLE });
  }
  return frames;
}

function drawThree(photos, random) {
  const chosen = new Set();
  while (chosen.size < 3) {
    const photo = photos[random.integer(0, photos.length - 1)];
    if (Math.min(photo.width, photo.height) > 200) chosen.add(photo);
  }
  return [...chosen];
}
