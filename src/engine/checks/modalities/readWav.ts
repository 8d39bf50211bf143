import { modalityMessages as messages } from '../../../core/checks/modalityMessages';
import { note, NoteError } from '../../../core/dataset/note';

/** One channel of sound. */
export interface Sound {
  /** −1…1, all channels averaged. */
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly rate: number;
}

/** Format tags of Microsoft's `mmreg.h`. */
const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
/** What a program that cannot seek back writes for a length it does not know yet. */
const UNKNOWN_LENGTHS: ReadonlySet<number> = new Set([0, 0x7fffffff, 0x7ffff000, 0xffffffff]);
/** Writers round lengths; less than this is no loss. */
const TOLERATED_SECONDS = 0.01;

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly rate: number;
  /** Bytes of one sample of all channels. */
  readonly frameBytes: number;
  readonly bits: number;
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits and float of 32 or 64, any number of channels, any rate. The layout is that of
 * "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991), chapter 3, with WAVE_FORMAT_EXTENSIBLE and the
 * 64-bit header RF64 (EBU Tech 3306).
 * @throws NoteError that says what is wrong: no WAV, broken, cut short, of another coding, empty, silent
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (name(0) === 'RIFX') throw new NoteError(note(messages.wavBigEndian));
  if (bytes.length < 12 || !['RIFF', 'RF64'].includes(name(0)) || name(8) !== 'WAVE') throw new NoteError(note(messages.wavNot));
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (name(at) === 'fmt ') format = formatOf(view, at + 8, length);
    else if (name(at) === 'data') {
      if (!format) break;
      return soundOf(view, at + 8, length, format);
    }
    // Parts begin at even places.
    at += 8 + length + (length % 2);
  }
  throw new NoteError(note(messages.wavBroken, format ? 'data' : 'fmt'));
}

function formatOf(view: DataView, at: number, length: number): Format {
  if (length < 16 || at + Math.min(length, 26) > view.byteLength) throw new NoteError(note(messages.wavBroken, 'fmt'));
  const outer = view.getUint16(at, true);
  const format = {
    tag: outer === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : outer,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    frameBytes: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  };
  const { tag, channels, rate, frameBytes, bits } = format;
  const isKnown = (tag === PCM && [8, 16, 24, 32].includes(bits)) || (tag === FLOAT && [32, 64].includes(bits));
  if (!isKnown) throw new NoteError(note(messages.wavFormat, tag, bits));
  if (channels === 0 || rate === 0 || frameBytes !== (channels * bits) / 8) throw new NoteError(note(messages.wavBroken, 'fmt'));
  return format;
}

function soundOf(view: DataView, at: number, length: number, format: Format): Sound {
  const { channels, rate, frameBytes } = format;
  const there = view.byteLength - at;
  const isUnknown = UNKNOWN_LENGTHS.has(length) && there !== length;
  const seconds = (of: number): number => of / frameBytes / rate;
  if (!isUnknown && seconds(length - there) > TOLERATED_SECONDS) {
    throw new NoteError(note(messages.wavTruncated, seconds(length).toFixed(2), seconds(there).toFixed(2)));
  }
  const count = Math.floor((isUnknown ? there : Math.min(length, there)) / frameBytes);
  if (count === 0) throw new NoteError(note(messages.wavEmpty));
  const read = sampleReader(view, format);
  const samples = new Float32Array(count);
  let loudest = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += read(at + i * frameBytes + (channel * frameBytes) / channels);
    }
    const mean = sum / channels;
    samples[i] = Number.isFinite(mean) ? mean : 0;
    loudest = Math.max(loudest, Math.abs(samples[i]));
  }
  if (loudest === 0) throw new NoteError(note(messages.wavSilent));
  return { samples, rate };
}

/** Reads one number as −1…1. PCM of 8 bits is without sign, with its zero at 128. */
function sampleReader(view: DataView, { tag, bits }: Format): (at: number) => number {
  if (tag === FLOAT) return bits === 32 ? at => view.getFloat32(at, true) : at => view.getFloat64(at, true);
  switch (bits) {
    case 8:
      return at => (view.getUint8(at) - 128) / 128;
    case 16:
      return at => view.getInt16(at, true) / 2 ** 15;
    case 24:
      return at => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23;
    default:
      return at => view.getInt32(at, true) / 2 ** 31;
  }
}
