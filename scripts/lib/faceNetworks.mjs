/**
 * The face networks of `@vladmandic/face-api` as TensorFlow.js layers models: the package ships weights alone, their layers stand in its
 * sources. All get numbers 0…1.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the networks take off each channel, of 255. */
const MEAN = [122.782, 117.001, 104.298];
/** How the package calls weights, and how Keras does. */
const KERAS_NAMES = {
  depthwise_filter: 'depthwise_kernel',
  pointwise_filter: 'pointwise_kernel',
  filters: 'kernel',
};

/** Builds a model's layers one on the other; each method gives the name of what it made. */
class LayersBuilder {
  #layers = [];
  /** Weights that stand in the graph's code rather than in a file: name, shape, numbers. */
  #extra = [];

  constructor(side) {
    const config = { batch_input_shape: [null, side, side, 3], dtype: 'float32' };
    this.layer('InputLayer', 'image', config);
    this.mean = this.normalized('image', 'mean', {});
    this.#extra.push(['mean/moving_mean', MEAN.map(each => each / 255)], ['mean/moving_variance', MEAN.map(() => 1)]);
  }

  layer(className, name, config, ...inputs) {
    const inbound = inputs.length > 0 ? [inputs.map(input => [input, 0, 0, {}])] : [];
    this.#layers.push({ class_name: className, name, config: { name, ...config }, inbound_nodes: inbound });
    return name;
  }

  /** Takes off a mean, or scales and shifts. */
  normalized(from, name, { scales = false }) {
    return this.layer('BatchNormalization', name, { axis: -1, epsilon: 0, center: scales, scale: scales }, from);
  }

  /** Scales and shifts by weights of the file. */
  scaled(from, name, channels) {
    this.#extra.push(
      [`${name}/moving_mean`, new Array(channels).fill(0)],
      [`${name}/moving_variance`, new Array(channels).fill(1)],
    );
    return this.normalized(from, name, { scales: true });
  }

  convolution(from, name, filters, { size = 3, strides = 1, padding = 'same', separable = false } = {}) {
    const config = {
      filters,
      kernel_size: [size, size],
      strides: [strides, strides],
      padding,
      use_bias: true,
      activation: 'linear',
    };
    return this.layer(separable ? 'SeparableConv2D' : 'Conv2D', name, config, from);
  }

  separable = (from, name, filters, strides = 1) => this.convolution(from, name, filters, { strides, separable: true });
  relu = (from, name = `${from}_relu`) => this.layer('Activation', name, { activation: 'relu' }, from);
  sum = (name, ...from) => this.layer('Add', name, {}, ...from);
  pooled(className, from, name, size, strides, padding) {
    return this.layer(className, name, { pool_size: [size, size], strides: [strides, strides], padding }, from);
  }

  /** The same channels, and as many of zeros. */
  widened(from, name, channels) {
    const kernel = new Array(channels * channels * 2).fill(0);
    for (let c = 0; c < channels; c++) kernel[c * channels * 2 + c] = 1;
    this.#extra.push([`${name}/kernel`, kernel, [1, 1, channels, channels * 2]]);
    return this.layer(
      'Conv2D',
      name,
      { filters: channels * 2, kernel_size: [1, 1], use_bias: false, activation: 'linear' },
      from,
    );
  }

  classes(from, name, units) {
    return this.layer('Dense', name, { units, use_bias: true, activation: 'softmax' }, from);
  }

  /** @param {(name: string) => string} rename how Keras calls a weight of the file */
  write(outputs, source, to, rename) {
    mkdirSync(to, { recursive: true });
    const read = JSON.parse(readFileSync(`${source}-weights_manifest.json`, 'utf8'));
    copyFileSync(`${source}.bin`, join(to, 'weights.bin'));
    const weights = read.flatMap(group => group.weights.map(weight => ({ ...weight, name: rename(weight.name) })));
    writeFileSync(join(to, 'extra.bin'), Buffer.from(Float32Array.from(this.#extra.flatMap(([, numbers]) => numbers)).buffer));
    const extra = this.#extra.map(([name, numbers, shape = [numbers.length]]) => ({ name, shape, dtype: 'float32' }));
    const config = {
      name: 'face',
      layers: this.#layers,
      input_layers: [['image', 0, 0]],
      output_layers: outputs.map(output => [output, 0, 0]),
    };
    const model = {
      format: 'layers-model',
      modelTopology: { keras_version: '2.2.4', backend: 'tensorflow', model_config: { class_name: 'Model', config } },
      weightsManifest: [
        { paths: ['weights.bin'], weights },
        { paths: ['extra.bin'], weights: extra },
      ],
    };
    writeFileSync(join(to, 'model.json'), JSON.stringify(model));
  }
}

const renamed = name => {
  const parts = name.split('/');
  const kind = parts.pop();
  return `${parts.join('_')}/${KERAS_NAMES[kind] ?? (kind === 'weights' ? 'kernel' : kind)}`;
};

/** Expressions: four blocks of four separable convolutions, each of which gets the sum of all before it. */
export function makeFaceExpression(from, to) {
  const net = new LayersBuilder(112);
  let x = net.mean;
  for (const [block, filters] of [32, 64, 128, 256].entries()) {
    const first = net.convolution(x, `dense${block}_conv0`, filters, { strides: 2, separable: block > 0 });
    const outs = [net.relu(first)];
    let given = outs[0];
    for (let k = 1; k < 4; k++) {
      outs.push(net.separable(given, `dense${block}_conv${k}`, filters));
      given = net.relu(net.sum(`dense${block}_sum${k}`, ...outs));
    }
    x = given;
  }
  const flat = net.layer('Flatten', 'flat', {}, net.pooled('AveragePooling2D', x, 'pool', 7, 2, 'valid'));
  net.classes(flat, 'fc', 7);
  net.write(['fc'], join(from, 'face_expression_model'), to, renamed);
}

/** Age and gender: a small Xception. */
export function makeFaceGender(from, to) {
  const net = new LayersBuilder(112);
  const separable = (x, name, filters) => net.separable(x, name, filters);
  const reduction = (x, name, filters, isActive = true) => {
    const first = separable(isActive ? net.relu(x, `${name}_relu0`) : x, `${name}_separable_conv0`, filters);
    const second = separable(net.relu(first), `${name}_separable_conv1`, filters);
    const pooled = net.pooled('MaxPooling2D', second, `${name}_pool`, 3, 2, 'same');
    return net.sum(`${name}_sum`, pooled, net.convolution(x, `${name}_expansion_conv`, filters, { size: 1, strides: 2 }));
  };
  let x = net.relu(net.convolution(net.mean, 'entry_flow_conv_in', 32, { strides: 2 }));
  x = reduction(x, 'entry_flow_reduction_block_0', 64, false);
  x = reduction(x, 'entry_flow_reduction_block_1', 128);
  for (const block of [0, 1]) {
    let y = x;
    for (const k of [0, 1, 2]) {
      const name = `middle_flow_main_block_${block}_separable_conv${k}`;
      y = separable(net.relu(y, `${name}_in`), name, 128);
    }
    x = net.sum(`middle_flow_main_block_${block}_sum`, y, x);
  }
  x = reduction(x, 'exit_flow_reduction_block', 256);
  x = net.relu(separable(x, 'exit_flow_separable_conv', 512));
  const flat = net.layer('Flatten', 'flat', {}, net.pooled('AveragePooling2D', x, 'pool', 7, 2, 'valid'));
  net.layer('Dense', 'fc_age', { units: 1, use_bias: true, activation: 'linear' }, flat);
  net.classes(flat, 'fc_gender', 2);
  net.write(['fc_gender', 'fc_age'], join(from, 'age_gender_model'), to, renamed);
}

/** Recognition: residual blocks, then 128 numbers a face. */
export function makeFaceRecognition(from, to) {
  const net = new LayersBuilder(150);
  const convolution = (x, name, filters, isActive, options = {}) => {
    const scaled = net.scaled(net.convolution(x, `${name}_conv`, filters, options), `${name}_scale`, filters);
    return isActive ? net.relu(scaled) : scaled;
  };
  const residual = (x, name, filters) => {
    const out = convolution(convolution(x, `${name}_conv1`, filters, true), `${name}_conv2`, filters, false);
    return net.relu(net.sum(`${name}_sum`, out, x));
  };
  const halved = (x, name, filters, { widens = true, grows = false } = {}) => {
    let out = convolution(x, `${name}_conv1`, filters, true, { strides: 2, padding: 'valid' });
    out = convolution(out, `${name}_conv2`, filters, false);
    if (grows) out = net.layer('ZeroPadding2D', `${name}_grown`, { padding: [[0, 1], [0, 1]] }, out); // prettier-ignore
    const pooled = net.pooled('AveragePooling2D', x, `${name}_pool`, 2, 2, 'valid');
    return net.relu(net.sum(`${name}_sum`, widens ? net.widened(pooled, `${name}_wide`, filters / 2) : pooled, out));
  };
  const first = convolution(net.mean, 'conv32_down', 32, true, { size: 7, strides: 2, padding: 'valid' });
  let x = net.pooled('MaxPooling2D', first, 'pool', 3, 2, 'valid');
  for (const k of [1, 2, 3]) x = residual(x, `conv32_${k}`, 32);
  x = halved(x, 'conv64_down', 64);
  for (const k of [1, 2, 3]) x = residual(x, `conv64_${k}`, 64);
  x = halved(x, 'conv128_down', 128);
  for (const k of [1, 2]) x = residual(x, `conv128_${k}`, 128);
  x = halved(x, 'conv256_down', 256, { grows: true });
  for (const k of [1, 2]) x = residual(x, `conv256_${k}`, 256);
  x = halved(x, 'conv256_down_out', 256, { widens: false, grows: true });
  x = net.layer('GlobalAveragePooling2D', 'average', {}, x);
  net.layer('Dense', 'fc', { units: 128, use_bias: false, activation: 'linear' }, x);
  net.write(['fc'], join(from, 'face_recognition_model'), to, name => {
    if (name === 'fc') return 'fc/kernel';
    return /\/scale\//.test(name)
      ? name
          .replace(/\/scale\/weights$/, '_scale/gamma')
          .replace(/\/scale\/biases$/, '_scale/beta')
          .replaceAll(/\/(?=.*\/)/g, '_')
      : renamed(name);
  });
}
