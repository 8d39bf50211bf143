/**
 * The baseline: zero-mean normalised cross-correlation of the pixels themselves (OpenCV's TM_CCOEFF_NORMED, all channels together), at the
 * same levels and template sizes as the network, `shrink` times smaller.
 */
export class NccSearcher {
  constructor(engine, runtime, shrink) {
    Object.assign(this, { engine, runtime, shrink });
    this.programs = new Map();
  }

  template(region, crop) {
    const sizes = this.engine.templateSizes(region).map(size => this.smaller(size));
    const largest = sizes[sizes.length - 1];
    const values = new Float32Array(largest.width * largest.height * 3 * sizes.length);
    const norms = sizes.map((size, index) => {
      const { data } = this.engine.resizeRaster(crop, size);
      const count = size.width * size.height;
      const means = [0, 1, 2].map(c => {
        let sum = 0;
        for (let i = c; i < data.length; i += 3) sum += data[i];
        return sum / count;
      });
      let square = 0;
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          for (let c = 0; c < 3; c++) {
            const value = data[(y * size.width + x) * 3 + c] - means[c];
            square += value * value;
            values[((y * largest.width + x) * 3 + c) * sizes.length + index] = value;
          }
        }
      }
      return Math.sqrt(square);
    });
    return { region, sizes, largest, values, norms };
  }

  smaller({ width, height }) {
    return { width: Math.max(1, Math.round(width / this.shrink)), height: Math.max(1, Math.round(height / this.shrink)) };
  }

  /** As `CropSearcher` has it, so that the tracker runs on either. */
  scoreLevel(template, own, level, raster) {
    return this.level(template, own, this.smaller(level), raster);
  }

  search(template, own, raster, most) {
    return this.places(template, own, raster, most);
  }

  async places(template, own, raster, most) {
    const maps = [];
    for (const level of this.engine.levelsFor(template.region, own)) {
      maps.push(...(await this.level(template, own, this.smaller(level), raster)));
    }
    maps.sort((a, b) => a.width - b.width);
    return { peaks: this.engine.findPeaks(maps, most, -Infinity) };
  }

  async level({ sizes, largest, values, norms }, own, level, raster) {
    const pixels = this.engine.resizeRaster(raster, level);
    const room = { width: largest.width - sizes[0].width, height: largest.height - sizes[0].height };
    const [width, height] = [level.width + room.width, level.height + room.height];
    const input = new Float32Array(width * height * 3);
    for (let y = 0; y < level.height; y++) {
      for (let i = 0; i < level.width * 3; i++) input[y * width * 3 + i] = pixels.data[y * level.width * 3 + i];
    }
    const key = [width, height, largest.width, largest.height].join();
    if (!this.programs.has(key)) {
      const { tf } = this.engine;
      const program = {
        name: `pixels ${key}`,
        state: {},
        inputs: {
          picture: { shape: [1, height, width, 3] },
          templates: { shape: [largest.height, largest.width, 3, sizes.length] },
        },
        compute: (_, { picture, templates }) => ({ state: {}, outputs: { scores: tf.conv2d(picture, templates, 1, 'valid') } }),
      };
      this.programs.set(key, await this.runtime.load(program));
      for (const [old, executable] of this.programs) {
        if (this.programs.size <= 8) break;
        this.programs.delete(old);
        await executable.dispose();
      }
    }
    const { scores } = await this.programs.get(key).run({ picture: input, templates: values });
    const columns = width - largest.width + 1;
    const sums = integrals(pixels);
    const [stepX, stepY] = [own.width / level.width, own.height / level.height];
    return sizes.flatMap((size, index) => {
      const [mapColumns, mapRows] = [level.width - size.width + 1, level.height - size.height + 1];
      if (mapColumns <= 0 || mapRows <= 0) return [];
      const map = new Float32Array(mapColumns * mapRows);
      const count = size.width * size.height;
      for (let y = 0; y < mapRows; y++) {
        for (let x = 0; x < mapColumns; x++) {
          let spread = sums.window(3, x, y, size);
          for (let c = 0; c < 3; c++) spread -= sums.window(c, x, y, size) ** 2 / count;
          const norm = Math.sqrt(Math.max(spread, count * 0.5)) * norms[index];
          map[y * mapColumns + x] = scores[(y * columns + x) * sizes.length + index] / norm;
        }
      }
      return [
        { columns: mapColumns, rows: mapRows, scores: map, width: size.width * stepX, height: size.height * stepY, stepX, stepY },
      ];
    });
  }
}

/** Sums over windows: of the channels 0–2, and of all their squares (3). */
function integrals({ data, width, height }) {
  const tables = [0, 1, 2, 3].map(() => new Float64Array((width + 1) * (height + 1)));
  for (let y = 0; y < height; y++) {
    const row = [0, 0, 0, 0];
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const value = data[(y * width + x) * 3 + c];
        row[c] += value;
        row[3] += value * value;
      }
      const at = (y + 1) * (width + 1) + x + 1;
      tables.forEach((table, t) => (table[at] = table[at - width - 1] + row[t]));
    }
  }
  const window = (t, x, y, size) => {
    const [top, bottom] = [y * (width + 1), (y + size.height) * (width + 1)];
    const table = tables[t];
    return table[bottom + x + size.width] - table[bottom + x] - table[top + x + size.width] + table[top + x];
  };
  return { window };
}
