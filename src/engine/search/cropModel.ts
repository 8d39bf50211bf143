import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { sizeOf } from '../compile/graph';
import { writeWhole } from '../store/writeWhole';
import { encoderParameters } from './cropEncoder';

/** The file name in `media/`. */
export const CROP_MODEL_FILE = 'search.weights';

/** Weights of the crop search's encoder. */
export interface CropModel {
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** How they were trained, for people. */
  readonly log: string;
}

const MAGIC = 'TWINLINT-SEARCH\n';
const HASH_BYTES = 32;
const FIXED = MAGIC.length + 4;
const headerSchema = v.object({ log: v.string(), parameters: v.array(v.string()) });

/** Of what a learner learned, the encoder's part. */
export const encoderOnly = (weights: CropModel['parameters']): CropModel['parameters'] =>
  Object.fromEntries(Object.keys(encoderParameters).map(name => [name, weights[name]]));

/**
 * Layout: the magic line, length of the header (uint32), the header as JSON, the encoder's parameters as float32 in the header's order,
 * and the SHA-256 of everything before it. Numbers are little-endian.
 */
export async function saveCropModel(path: string, { parameters, log }: CropModel): Promise<void> {
  const names = Object.keys(encoderParameters);
  const json = Buffer.from(JSON.stringify({ log, parameters: names }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const weights = names.map(name => {
    const { buffer, byteOffset, byteLength } = parameters[name];
    return Buffer.from(buffer, byteOffset, byteLength);
  });
  const body = Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, json, ...weights]);
  await writeWhole(path, Buffer.concat([body, createHash('sha256').update(body).digest()]));
}

/** @throws Error where the file is missing, damaged, or holds another network's weights: it is part of this program */
export async function loadCropModel(path: string): Promise<CropModel> {
  const file = await readFile(path);
  const end = file.length - HASH_BYTES;
  const isWhole =
    end > FIXED &&
    file.toString('latin1', 0, MAGIC.length) === MAGIC &&
    createHash('sha256').update(file.subarray(0, end)).digest().equals(file.subarray(end));
  if (!isWhole) throw new Error(`${path} is damaged; install Twinlint anew.`);
  const headerEnd = FIXED + file.readUInt32LE(MAGIC.length);
  const { log, parameters: names } = v.parse(headerSchema, JSON.parse(file.toString('utf8', FIXED, headerEnd)));
  const parameters: Record<string, Float32Array> = {};
  let at = headerEnd;
  for (const name of names) {
    const bytes = sizeOf(encoderParameters[name]?.shape ?? []) * 4;
    // A copy: the file's bytes need not lie at a multiple of four.
    parameters[name] = new Float32Array(Uint8Array.from(file.subarray(at, at + bytes)).buffer);
    at += bytes;
  }
  const isOurs = at === end && names.join() === Object.keys(encoderParameters).join();
  if (!isOurs) throw new Error(`${path} does not belong to this version of Twinlint.`);
  return { parameters, log };
}
