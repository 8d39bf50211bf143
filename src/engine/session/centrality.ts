import { contentVectors } from '../selection/contentVectors';
import type { ScanData } from './scanResult';

/**
 * How near each image is to the centre of its class: the cosine between its embedding and the sum of the class's, one a content. NaN for
 * images without a label or an embedding, and for the only content of a class. Of the scan's model, else of the starter encoder.
 */
export function centralityOf(data: ScanData): Float32Array {
  const { images } = data;
  const { images: chosen, data: vectors, size } = contentVectors(data);
  const rowOf = new Map(chosen.map((index, row) => [images[index].content, row]));
  const sums = new Map<string, { readonly sum: Float64Array; count: number }>();
  chosen.forEach((index, row) => {
    const { label } = images[index];
    if (label === undefined) return;
    const of = sums.get(label) ?? { sum: new Float64Array(size), count: 0 };
    of.count++;
    for (let d = 0; d < size; d++) of.sum[d] += vectors[row * size + d];
    sums.set(label, of);
  });
  const centres = new Map<string, Float64Array>();
  for (const [label, { sum, count }] of sums) {
    const length = Math.hypot(...sum);
    if (count > 1 && length > 0) {
      centres.set(
        label,
        sum.map(value => value / length),
      );
    }
  }
  return Float32Array.from(images, ({ content, label }) => {
    const row = rowOf.get(content);
    const centre = label === undefined ? undefined : centres.get(label);
    if (row === undefined || !centre) return NaN;
    let cosine = 0;
    for (let d = 0; d < size; d++) cosine += vectors[row * size + d] * centre[d];
    return cosine;
  });
}
