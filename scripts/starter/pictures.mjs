/**
 * Pictures out of numbers: scenes drawn as SVG, from a seed. They need not look like anything; they need the statistics that tell
 * pictures apart: edges, shading, texture at several scales, plain ground, repeated parts.
 *
 * Four seeds in a row form a family: its members share most of their parts, so that the network has to look at all of a picture.
 */
import { createRandom } from './random.mjs';

/** Side of a picture in pixels: more than the 96 of the decoder's raster, so that a cut-out is not blurred. */
export const PICTURE_SIDE = 112;
export const FAMILY_SIZE = 4;
/** Units of the drawing. */
const SIDE = 100;
/** How much of a family's parts a member takes over. */
const SHARED = 0.55;
const FAMILY_CHANCE = 0.6;

const round = value => Math.round(value * 10) / 10;

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {{ readonly definitions: string[]; readonly palette: readonly string[]; readonly outline: string }} Style */

/** @param {Random} random */
function colour(random) {
  const kind = random.weighted({ hue: 6, pale: 2, grey: 2, black: 0.7, white: 0.7 });
  const hue = random.integer(0, 359);
  switch (kind) {
    case 'pale':
      return `hsl(${hue},${random.integer(10, 35)}%,${random.integer(20, 85)}%)`;
    case 'grey':
      return `hsl(0,0%,${random.integer(8, 92)}%)`;
    case 'black':
      return '#000';
    case 'white':
      return '#fff';
    default:
      return `hsl(${hue},${random.integer(35, 100)}%,${random.integer(20, 75)}%)`;
  }
}

/** Adds a definition and returns a reference to it. */
function define(style, make) {
  const id = `d${style.definitions.length}`;
  style.definitions.push(make(id));
  return `url(#${id})`;
}

/** @param {Random} random @param {Style} style */
function paint(random, style) {
  const first = random.chance(0.7) ? random.pick(style.palette) : colour(random);
  const second = random.chance(0.6) ? random.pick(style.palette) : colour(random);
  const stops = `<stop offset="${round(random.between(0, 0.3))}" stop-color="${first}"/><stop offset="1" stop-color="${second}"/>`;
  switch (random.weighted({ plain: 5, linear: 3, radial: 2.5, stripes: 0.7, dots: 0.4 })) {
    case 'linear': {
      const turn = `rotate(${random.integer(0, 359)} .5 .5)`;
      return define(style, id => `<linearGradient id="${id}" gradientTransform="${turn}">${stops}</linearGradient>`);
    }
    case 'radial': {
      const place = `cx="${random.between(0.2, 0.8)}" cy="${random.between(0.2, 0.8)}" r="${random.between(0.4, 0.9)}"`;
      return define(style, id => `<radialGradient id="${id}" ${place}>${stops}</radialGradient>`);
    }
    case 'stripes':
    case 'dots': {
      const step = round(random.between(2, 10));
      const mark = random.chance(0.5)
        ? `<rect width="${step / 2}" height="${step}" fill="${second}"/>`
        : `<circle cx="${step / 2}" cy="${step / 2}" r="${step / 3}" fill="${second}"/>`;
      const open = `width="${step}" height="${step}" patternUnits="userSpaceOnUse" patternTransform="rotate(${random.integer(0, 179)})"`;
      return define(
        style,
        id => `<pattern id="${id}" ${open}><rect width="${step}" height="${step}" fill="${first}"/>${mark}</pattern>`,
      );
    }
    default:
      return first;
  }
}

/** A closed curve through points around a middle: stones, leaves, bodies. @param {Random} random */
function blob(random, x, y, size) {
  const corners = random.integer(3, 11);
  const rough = random.between(0, 0.75);
  const stretch = random.between(0.5, 1.6);
  const angle = random.between(0, Math.PI);
  const points = Array.from({ length: corners }, (_, i) => {
    const at = ((i + random.between(-0.3, 0.3)) / corners) * 2 * Math.PI;
    const reach = size * (1 - rough * random.next());
    const [u, v] = [Math.cos(at) * reach * stretch, (Math.sin(at) * reach) / stretch];
    return [x + u * Math.cos(angle) - v * Math.sin(angle), y + u * Math.sin(angle) + v * Math.cos(angle)];
  });
  const middle = (a, b) => `${round((a[0] + b[0]) / 2)} ${round((a[1] + b[1]) / 2)}`;
  if (random.chance(0.3)) return `M${points.map(p => `${round(p[0])} ${round(p[1])}`).join('L')}Z`;
  let path = `M${middle(points[corners - 1], points[0])}`;
  points.forEach((p, i) => (path += `Q${round(p[0])} ${round(p[1])} ${middle(p, points[(i + 1) % corners])}`));
  return `${path}Z`;
}

const LETTERS = 'ABCDEFGHKLMNPRSTUVWXYZabdefghknprstuy0123456789?!%';

/** One thing of about this size. @param {Random} random @param {Style} style */
function thing(random, style, x, y, size) {
  const fill = paint(random, style);
  const edge = style.outline === '' ? '' : ` stroke="${style.outline}" stroke-width="${round(random.between(0.4, 1.8))}"`;
  const turn = ` transform="rotate(${random.integer(0, 179)} ${round(x)} ${round(y)})"`;
  switch (random.weighted({ blob: 5, ellipse: 2.5, box: 2, star: 1, stroke: 2, letters: 1 })) {
    case 'ellipse':
      return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(size)}" ry="${round(size * random.between(0.3, 1))}" fill="${fill}"${edge}${turn}/>`;
    case 'box': {
      const [width, height] = [size * random.between(0.5, 2), size * random.between(0.5, 2)];
      const corner = random.chance(0.4) ? ` rx="${round(size * random.between(0.1, 0.5))}"` : '';
      const open = `x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}"`;
      return `<rect ${open}${corner} fill="${fill}"${edge}${random.chance(0.5) ? turn : ''}/>`;
    }
    case 'star': {
      const rays = random.integer(3, 10);
      const inner = random.between(0.3, 0.8);
      const points = Array.from({ length: rays * 2 }, (_, i) => {
        const [at, reach] = [(i * Math.PI) / rays, size * (i % 2 ? inner : 1)];
        return `${round(x + reach * Math.cos(at))},${round(y + reach * Math.sin(at))}`;
      });
      return `<polygon points="${points.join(' ')}" fill="${fill}"${edge}${turn}/>`;
    }
    case 'stroke': {
      const point = () => `${round(x + random.between(-1.5, 1.5) * size)} ${round(y + random.between(-1.5, 1.5) * size)}`;
      const path = `M${point()}C${point()} ${point()} ${point()}S${point()} ${point()}`;
      const ink = style.outline || random.pick(style.palette);
      return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${round(random.between(0.5, size / 4 + 0.6))}"/>`;
    }
    case 'letters': {
      const text = Array.from({ length: random.integer(1, 5) }, () => random.pick([...LETTERS])).join('');
      return `<text x="${round(x - size)}" y="${round(y + size / 2)}" font-size="${round(size * 1.4)}" font-family="${random.pick(['serif', 'sans-serif'])}" fill="${fill}">${text}</text>`;
    }
    default:
      return `<path d="${blob(random, x, y, size)}" fill="${fill}"${edge}/>`;
  }
}

/** Rough surfaces: octaves of noise, as colours or as relief under a lamp. @param {Random} random @param {Style} style */
function surface(random, style, opacity = 1) {
  const frequency = () => (0.006 * 2 ** random.between(0, 4.5)).toFixed(4);
  const noise = `<feTurbulence type="${random.chance(0.7) ? 'fractalNoise' : 'turbulence'}" baseFrequency="${frequency()} ${frequency()}" numOctaves="${random.integer(2, 5)}" seed="${random.integer(0, 9999)}"/>`;
  let finish;
  if (random.chance(0.35)) {
    const lamp = `<feDistantLight azimuth="${random.integer(0, 359)}" elevation="${random.integer(25, 65)}"/>`;
    finish = `<feDiffuseLighting lighting-color="${random.pick(style.palette)}" surfaceScale="${round(random.between(2, 14))}">${lamp}</feDiffuseLighting>`;
  } else {
    const row = () =>
      [0, 0, 0].map(() => random.between(-1, 1.6).toFixed(2)).join(' ') + ` 0 ${random.between(-0.4, 0.4).toFixed(2)}`;
    finish = `<feColorMatrix values="${row()} ${row()} ${row()} 0 0 0 0 1"/>`;
  }
  const filter = define(style, id => `<filter id="${id}" x="0" y="0" width="1" height="1">${noise}${finish}</filter>`);
  return inner => `<g filter="${filter}" opacity="${opacity}">${inner}</g>`;
}

const whole = `<rect width="${SIDE}" height="${SIDE}"/>`;

/** Each kind takes a source of random numbers for every part, so that family members can share parts. */
const kinds = {
  /** One thing with parts, on plain ground: a cut-out, an icon. */
  object(part, style, random) {
    const middle = [random.between(40, 60), random.between(40, 60)];
    const size = random.between(20, 38);
    let body = thing(part(), style, middle[0], middle[1], size);
    const count = random.integer(3, 12);
    for (let i = 0; i < count; i++) {
      const own = part();
      const spot = () => own.between(-1, 1) * size;
      const drawn = thing(own, style, middle[0] + spot(), middle[1] + spot(), size * 2 ** own.between(-3.5, -0.6));
      body += drawn;
      if (own.chance(0.25)) body += `<g transform="translate(${round(2 * middle[0])} 0) scale(-1 1)">${drawn}</g>`;
    }
    if (!random.chance(0.4)) return body;
    const own = part();
    const clip = define(
      style,
      id => `<clipPath id="${id}"><path d="${blob(own, middle[0], middle[1], size * 1.3)}"/></clipPath>`,
    );
    return `${body}<g clip-path="${clip}" opacity="${own.between(0.3, 0.8)}">${surface(own, style)(whole)}</g>`;
  },
  /** Layers one behind the other, each with its surface, and things on them. */
  landscape(part, style, random) {
    const layers = random.integer(2, 5);
    let body = '';
    for (let i = 0; i < layers; i++) {
      const own = part();
      const level = (SIDE * (i + own.between(0.3, 1))) / layers;
      const steps = own.integer(3, 14);
      const height = own.between(3, 25);
      let path = `M-5 105L-5 ${round(level)}`;
      for (let k = 0; k <= steps; k++) path += `L${round((k * 110) / steps - 5)} ${round(level + own.between(-1, 1) * height)}`;
      const shape = `<path d="${path}L105 105Z" fill="${paint(own, style)}"/>`;
      body += shape;
      if (own.chance(0.7)) {
        const clip = define(style, id => `<clipPath id="${id}"><path d="${path}L105 105Z"/></clipPath>`);
        body += `<g clip-path="${clip}">${surface(own, style, round(own.between(0.3, 0.9)))(whole)}</g>`;
      }
      for (let k = own.integer(0, 4); k > 0; k--) {
        body += thing(own, style, own.between(0, SIDE), level + own.between(-10, 15), 2 ** own.between(1, 4.2));
      }
    }
    return body;
  },
  /** Overlapping shapes of all sizes ("dead leaves"): the statistics of cluttered photographs. */
  leaves(part, style, random) {
    let body = '';
    const smallest = random.between(2, 6);
    for (let i = random.integer(25, 110); i > 0; i--) {
      const own = part();
      const size = Math.min(38, smallest / own.between(0.04, 1) ** 0.8);
      body += thing(own, style, own.between(-5, 105), own.between(-5, 105), size);
    }
    return body;
  },
  texture(part, style, random) {
    let body = surface(part(), style)(whole);
    if (random.chance(0.6)) body += surface(part(), style, 0.5)(whole);
    for (let i = random.integer(0, 7); i > 0; i--) {
      const own = part();
      body += thing(own, style, own.between(0, SIDE), own.between(0, SIDE), 2 ** own.between(1.5, 4.5));
    }
    return body;
  },
  /** Several things in a loose order: still life, pattern, diagram. */
  collection(part, style, random) {
    const columns = random.integer(2, 5);
    const wobble = random.chance(0.5) ? 0.05 : 0.4;
    const step = SIDE / columns;
    let body = '';
    for (let i = 0; i < columns * columns; i++) {
      const own = part();
      if (own.chance(0.15)) continue;
      const place = at => (at + 0.5 + own.between(-wobble, wobble)) * step;
      body += thing(own, style, place(i % columns), place(Math.floor(i / columns)), step * own.between(0.2, 0.6));
    }
    return body;
  },
};
const KIND_WEIGHTS = { object: 3, landscape: 2.6, leaves: 2, texture: 1.6, collection: 1 };

/** The drawing of picture `index` as SVG. */
export function drawPicture(index, seed) {
  const family = createRandom(seed + 7919 * Math.floor(index / FAMILY_SIZE));
  const member = createRandom(seed * 31 + 104_729 * (index + 1));
  const isFamily = family.chance(FAMILY_CHANCE);
  /** A part's own numbers: the family's, or the member's. Both are drawn, so that the others stay what they are. */
  const part = () => {
    const [shared, own] = [family.seed(), member.seed()];
    return createRandom(isFamily && member.chance(SHARED) ? shared : own);
  };
  const outline = part();
  const palette = part();
  const style = {
    definitions: [],
    palette: Array.from({ length: palette.integer(2, 6) }, () => colour(palette)),
    outline: outline.chance(0.3) ? outline.pick(['#000', '#333', '#fff']) : '',
  };
  const kindOf = isFamily ? family : member;
  const kind = kindOf.weighted(KIND_WEIGHTS);
  const ground = part();
  const plain = ground.chance(kind === 'object' ? 0.75 : 0.3);
  const fill = plain ? (ground.chance(0.75) ? '#fff' : colour(ground)) : paint(ground, style);
  // One layout for the family: how many parts and how large; each part decides for itself what it shows.
  let body = kinds[kind](part, style, createRandom(isFamily ? family.seed() : member.seed()));
  if (part().chance(0.12)) {
    const own = part();
    body = `<g filter="${define(style, id => `<filter id="${id}"><feGaussianBlur stdDeviation="${round(own.between(0.4, 2.5))}"/></filter>`)}">${body}</g>`;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_SIDE}" height="${PICTURE_SIDE}" viewBox="0 0 ${SIDE} ${SIDE}">` +
    `<defs>${style.definitions.join('')}</defs><rect width="${SIDE}" height="${SIDE}" fill="${fill}"/>${body}</svg>`
  );
}
