/** Drawings of eight classes, rasterised from emoji. */
import { join } from 'node:path';

/** Distinct things only: no two drawings that differ in a colour or a skin tone. */
export const iconClasses = {
  animals:
    'cat dog rabbit bear panda koala tiger-face lion cow-face pig-face frog penguin owl parrot flamingo turtle snake crocodile ' +
    'spouting-whale octopus butterfly honeybee lady-beetle snail hedgehog elephant giraffe',
  food:
    'red-apple banana grapes watermelon strawberry pineapple avocado eggplant carrot ear-of-corn broccoli bread croissant pretzel ' +
    'pancakes cheese-wedge hamburger french-fries pizza taco sushi doughnut cookie birthday-cake lollipop hot-beverage popcorn',
  travel:
    'automobile bus fire-engine delivery-truck tractor racing-car motorcycle motor-scooter bicycle helicopter airplane rocket ' +
    'flying-saucer sailboat speedboat ship locomotive tram-car bullet-train canoe parachute roller-skate skateboard satellite anchor',
  music:
    'guitar violin trumpet saxophone drum accordion banjo long-drum musical-keyboard microphone headphone radio maracas flute',
  buildings:
    'house castle japanese-castle hospital factory tokyo-tower statue-of-liberty church mosque stadium fountain ferris-wheel ' +
    'carousel-horse roller-coaster tent classical-building hut',
  sports:
    'soccer-ball basketball american-football baseball tennis bowling flying-disc ping-pong badminton boxing-glove ' +
    'martial-arts-uniform goal-net flag-in-hole ice-skate fishing-pole diving-mask sled curling-stone kite yo-yo trophy',
  plants:
    'sunflower rose tulip hibiscus cherry-blossom bouquet cactus palm-tree evergreen-tree deciduous-tree potted-plant seedling ' +
    'four-leaf-clover maple-leaf mushroom sheaf-of-rice',
  tools:
    'hammer wrench screwdriver carpentry-saw axe gear nut-and-bolt clamp magnet ladder toolbox scissors paintbrush crayon ' +
    'fountain-pen triangular-ruler microscope telescope flashlight light-bulb candle broom bucket hourglass-done alarm-clock',
};

/** One in so many is drawn in the flat style. */
const flatEvery = 4;

/**
 * Draws an icon on a ground of its own: colour, size and place are drawn by lot, so that no two pictures share more than they must.
 * @param {typeof import('sharp')} sharp
 * @param {string} emojiFolder
 * @param {string} name
 * @param {number} position of the icon among all: every fourth is in the flat style
 * @param {ReturnType<import('./random.mjs').createRandom>} random
 * @returns {Promise<Buffer>} 160 to 240 pixels wide and high, PNG
 */
export async function drawIcon(sharp, emojiFolder, name, position, random) {
  const width = 160 + 8 * random.below(11);
  const height = random.below(3) === 0 ? 160 + 8 * random.below(11) : width;
  const side = Math.round(Math.min(width, height) * random.between(0.68, 0.84));
  const hue = random.below(360);
  const tone = `hsl(${hue}, ${35 + random.below(30)}%, ${80 + random.below(10)}%)`;
  const shade = `hsl(${(hue + 25) % 360}, ${35 + random.below(30)}%, ${62 + random.below(12)}%)`;
  const [x2, y2] = random.shuffle([1, 0]);
  const ground =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<linearGradient id="g" x1="0" y1="0" x2="${x2}" y2="${y2}"><stop stop-color="${tone}"/><stop offset="1" stop-color="${shade}"/></linearGradient>` +
    `<rect width="100%" height="100%" fill="url(#g)"/></svg>`;
  const style = position % flatEvery === flatEvery - 1 ? 'flat' : 'modern';
  // 72 dots an inch draw the 32-pixel view box 32 pixels wide.
  const icon = await sharp(join(emojiFolder, style, `${name}.svg`), { density: (72 * side) / 32 })
    .resize(side, side)
    .png()
    .toBuffer();
  const left = Math.round((width - side) * random.between(0.25, 0.75));
  const top = Math.round((height - side) * random.between(0.25, 0.75));
  return sharp(Buffer.from(ground))
    .composite([{ input: icon, left, top }])
    .removeAlpha()
    .png()
    .toBuffer();
}
