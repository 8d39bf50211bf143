import { describe, expect, it } from 'vitest';
import { SIGNATURE_BYTES } from '../../../../src/engine/descriptor/layout';
import { ROWS_PER_CHUNK, signatureAt, SignatureTable } from '../../../../src/engine/descriptor/signatureTable';

const signature = (value: number): Uint8Array => new Uint8Array(SIGNATURE_BYTES).fill(value);

describe('SignatureTable', () => {
  it('grows beyond a chunk without losing rows', () => {
    const table = new SignatureTable();
    for (let i = 0; i <= ROWS_PER_CHUNK; i++) expect(table.add(signature(i % 251))).toBe(i);
    expect(table.length).toBe(ROWS_PER_CHUNK + 1);
    expect(table.get(ROWS_PER_CHUNK - 1)).toEqual(signature((ROWS_PER_CHUNK - 1) % 251));
    expect(table.get(ROWS_PER_CHUNK)).toEqual(signature(ROWS_PER_CHUNK % 251));
  });

  it('shares its memory instead of copying it', () => {
    const table = new SignatureTable();
    table.add(signature(1));
    const { chunks, length } = table.share();
    table.get(0)[5] = 77;
    expect(signatureAt(chunks, length, 0)[5]).toBe(77);
  });

  it('gives a removed row to the next picture', () => {
    const table = new SignatureTable();
    for (let i = 0; i < 3; i++) table.add(signature(i));
    table.remove(1);
    expect(table.isLive(1)).toBe(false);
    expect([...table.liveRows()]).toEqual([0, 2]);
    expect(table.liveCount).toBe(2);
    expect(table.add(signature(9))).toBe(1);
    expect([...table.liveRows()]).toEqual([0, 1, 2]);
    expect(table.get(1)).toEqual(signature(9));
  });

  it('refuses what is no signature and rows that are not there', () => {
    const table = new SignatureTable();
    expect(() => table.add(new Uint8Array(3))).toThrow(RangeError);
    expect(() => table.get(0)).toThrow(RangeError);
    expect(() => table.remove(0)).toThrow(RangeError);
  });
});
