/** How a WAV file of a test is stored. */
export interface WavOptions {
  readonly rate?: number;
  readonly channels?: number;
  readonly bits?: 8 | 16 | 24 | 32 | 64;
  readonly isFloat?: boolean;
  readonly isExtensible?: boolean;
}

/** A WAV file with the same samples (−1…1) in every channel, by the book. */
export function wavOf(samples: ArrayLike<number>, options: WavOptions = {}): Uint8Array {
  const { rate = 16_000, channels = 1, bits = 16, isFloat = false, isExtensible = false } = options;
  const frameBytes = (channels * bits) / 8;
  const formatBytes = isExtensible ? 40 : 16;
  const dataBytes = samples.length * frameBytes;
  const bytes = new Uint8Array(12 + 8 + formatBytes + 8 + dataBytes);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  word(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, formatBytes, true);
  view.setUint16(20, isExtensible ? 0xfffe : isFloat ? 3 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, bits, true);
  if (isExtensible) {
    view.setUint16(36, 22, true);
    view.setUint16(38, bits, true);
    view.setUint16(44, isFloat ? 3 : 1, true);
  }
  const data = 20 + formatBytes;
  word(data, 'data');
  view.setUint32(data + 4, dataBytes, true);
  for (let i = 0; i < samples.length; i++) {
    for (let channel = 0; channel < channels; channel++) {
      put(view, data + 8 + i * frameBytes + (channel * bits) / 8, samples[i], bits, isFloat);
    }
  }
  return bytes;
}

function put(view: DataView, at: number, value: number, bits: number, isFloat: boolean): void {
  if (isFloat) {
    if (bits === 32) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  } else if (bits === 8) view.setUint8(at, Math.min(255, Math.round(value * 128) + 128));
  else {
    const whole = Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1)));
    for (let k = 0; k < bits / 8; k++) view.setUint8(at + k, Math.floor(whole / 256 ** k) & 255);
  }
}

export const sine = (hz: number, seconds: number, rate = 16_000, height = 0.5): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => height * Math.sin((2 * Math.PI * hz * i) / rate));
