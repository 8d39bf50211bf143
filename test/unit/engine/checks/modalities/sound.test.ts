import { describe, expect, it } from 'vitest';
import { hzOf, logMel, MEL_BANDS, melOf, SOUND_RATE } from '../../../../../src/engine/checks/modalities/logMel';
import { readWav } from '../../../../../src/engine/checks/modalities/readWav';
import { resample } from '../../../../../src/engine/checks/modalities/resample';
import type { WavOptions } from './wavFiles';
import { sine, wavOf } from './wavFiles';

const wave = [0, 0.25, -0.5, 0.75, -1, 0.125];
const withoutLast = (bytes: Uint8Array, count: number): Uint8Array => bytes.subarray(0, bytes.length - count);

describe('WAV files', () => {
  const kinds: WavOptions[] = [
    { bits: 8 },
    { bits: 16 },
    { bits: 24 },
    { bits: 32 },
    { bits: 32, isFloat: true },
    { bits: 64, isFloat: true },
    { bits: 16, channels: 2, rate: 44_100 },
    { bits: 24, channels: 6, isExtensible: true },
    { bits: 32, isFloat: true, isExtensible: true, rate: 8000 },
  ];
  it.each(kinds)('reads %o', options => {
    const { samples, rate } = readWav(wavOf(wave, options));
    expect(rate).toBe(options.rate ?? 16_000);
    expect(samples.length).toBe(wave.length);
    samples.forEach((value, i) => expect(value).toBeCloseTo(wave[i], options.bits === 8 ? 2 : 4));
  });

  it('averages channels, steps over parts it does not know, and takes an unknown length as up to the end', () => {
    const stereo = wavOf([0.5, 0.5], { channels: 2 });
    new DataView(stereo.buffer).setInt16(44 + 2, -(2 ** 14), true);
    expect([...readWav(stereo).samples]).toEqual([0, 0.5]);
    const plain = wavOf(wave);
    // Of odd length, so with a byte to fill.
    const list = new Uint8Array([...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 1, 2, 3, 0]);
    const withList = new Uint8Array([...plain.subarray(0, 12), ...list, ...plain.subarray(12)]);
    expect(readWav(withList).samples).toEqual(readWav(plain).samples);
    for (const length of [0, 0xffffffff, 0x7ffff000]) {
      const streamed = plain.slice();
      new DataView(streamed.buffer).setUint32(40, length, true);
      expect(readWav(streamed).samples.length).toBe(wave.length);
    }
  });

  it('says what is wrong', () => {
    expect(() => readWav(new TextEncoder().encode('not a sound at all, this'))).toThrow('no WAV file');
    expect(() => readWav(new Uint8Array(3))).toThrow('no WAV file');
    const bigEndian = wavOf(wave);
    bigEndian.set(new TextEncoder().encode('RIFX'));
    expect(() => readWav(bigEndian)).toThrow('big-endian');
    expect(() => readWav(wavOf([]))).toThrow('0 samples');
    expect(() => readWav(wavOf([0, 0, 0]))).toThrow('silence');
    expect(() => readWav(withoutLast(wavOf(sine(440, 1)), 16_000))).toThrow('should hold 1.00 s of sound and holds 0.50 s');
    expect(() => readWav(wavOf(wave).subarray(0, 30))).toThrow('no fmt part');
    expect(() => readWav(wavOf(wave).subarray(0, 38))).toThrow('no data part');
    const law = wavOf(wave, { bits: 8 });
    new DataView(law.buffer).setUint16(20, 7, true);
    expect(() => readWav(law)).toThrow('format 7, 8 bits');
    const noChannels = wavOf(wave);
    new DataView(noChannels.buffer).setUint16(22, 0, true);
    expect(() => readWav(noChannels)).toThrow('no fmt part, or an incomplete one');
  });
});

describe('resampling', () => {
  it.each([8000, 11_025, 22_050, 44_100, 48_000])('keeps a sine of 440 Hz from %i Hz', rate => {
    const found = resample(sine(440, 0.5, rate), rate, SOUND_RATE);
    const expected = sine(440, 0.5);
    expect(Math.abs(found.length - expected.length)).toBeLessThanOrEqual(1);
    // At the ends there is nothing on one side.
    const errors = found.subarray(100, -100).map((value, i) => Math.abs(value - expected[i + 100]));
    expect(Math.max(...errors)).toBeLessThan(0.005);
  });

  it('leaves out what the lower rate cannot hold, and keeps a constant', () => {
    const high = resample(sine(12_000, 0.5, 48_000), 48_000, SOUND_RATE).subarray(100, -100);
    expect(Math.max(...high.map(Math.abs))).toBeLessThan(0.01);
    expect(Math.min(...resample(new Float32Array(999).fill(0.5), 44_100, SOUND_RATE))).toBeCloseTo(0.5, 6);
  });
});

describe('log-mel spectrograms', () => {
  it('measures in mel', () => {
    // The scale is made so that 1000 Hz are 1000 mel.
    expect(melOf(1000)).toBeCloseTo(1000, 0);
    expect(melOf(700)).toBeCloseTo(2595 * Math.log10(2), 9);
    expect(hzOf(melOf(4321))).toBeCloseTo(4321, 6);
  });

  it('is what the definition says, by sums of sines', () => {
    const samples = Float32Array.from({ length: 900 }, (_, i) => 0.4 * Math.sin(i * 0.31) + 0.2 * Math.cos(i * i * 0.001));
    const { frames, values } = logMel(samples);
    expect(frames).toBe(1 + Math.floor((900 - 400) / 160));
    const [low, high] = [melOf(20), melOf(8000)];
    for (const [frame, band] of [
      [0, 12],
      [1, 25],
      [3, 39],
    ]) {
      const edge = (k: number): number => hzOf(low + ((high - low) * k) / (MEL_BANDS + 1));
      let energy = 1e-6;
      for (let bin = 0; bin <= 256; bin++) {
        const hz = (bin * 16_000) / 512;
        const rising = (hz - edge(band)) / (edge(band + 1) - edge(band));
        const falling = (edge(band + 2) - hz) / (edge(band + 2) - edge(band + 1));
        const weight = Math.max(0, Math.min(rising, falling));
        if (weight === 0) continue;
        let [re, im] = [0, 0];
        for (let i = 0; i < 400; i++) {
          const x = (samples[frame * 160 + i] * (1 - Math.cos((2 * Math.PI * i) / 400))) / 400;
          re += x * Math.cos((2 * Math.PI * bin * i) / 512);
          im += x * Math.sin((2 * Math.PI * bin * i) / 512);
        }
        energy += weight * (re * re + im * im);
      }
      expect(values[frame * MEL_BANDS + band]).toBeCloseTo(Math.log(energy), 4);
    }
  });

  it('hears a tone in the band where it lies, and takes the shortest sound', () => {
    const { frames, values } = logMel(sine(1000, 1));
    const frame = values.subarray((frames >> 1) * MEL_BANDS, ((frames >> 1) + 1) * MEL_BANDS);
    const loudest = frame.indexOf(Math.max(...frame));
    const [low, high] = [melOf(20), melOf(8000)];
    expect(Math.abs(loudest + 1 - ((1000 - low) / (high - low)) * (MEL_BANDS + 1))).toBeLessThan(0.6);
    // A sine of height ½ under a window that sums to 1 has (½ · ½)² = 1/16 in the one number at its frequency.
    expect(Math.exp(frame[loudest])).toBeGreaterThan(0.04);
    expect(logMel(Float32Array.of(0.3)).frames).toBe(1);
    expect(logMel(new Float32Array(5)).values.every(Number.isFinite)).toBe(true);
  });
});
