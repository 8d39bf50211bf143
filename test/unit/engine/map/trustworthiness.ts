/**
 * How far neighbours on a map are neighbours in truth: 1 where all are, about 0.5 by chance. T(k) = 1 − 2 / (n k (2n − 3k − 1)) ·
 * Σᵢ Σ_{j among i's k nearest on the map, but not in truth} (rank of j in truth − k) (Venna & Kaski 2001, "Neighborhood preservation in
 * nonlinear projection methods", ICANN, equation 1).
 *
 * @param vectors count × size
 * @param xy count × 2
 */
export function trustworthiness(vectors: Float32Array, size: number, xy: Float32Array, k: number): number {
  const n = vectors.length / size;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const ranks = new Uint32Array(n);
    byDistance(vectors, size, i).forEach((j, at) => (ranks[j] = at + 1));
    for (const j of byDistance(xy, 2, i).slice(0, k)) sum += Math.max(0, ranks[j] - k);
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * sum;
}

function byDistance(vectors: Float32Array, size: number, from: number): number[] {
  const squares = Float64Array.from({ length: vectors.length / size }, (_, j) => {
    let square = 0;
    for (let d = 0; d < size; d++) square += (vectors[from * size + d] - vectors[j * size + d]) ** 2;
    return square;
  });
  return [...squares.keys()].filter(j => j !== from).sort((a, b) => squares[a] - squares[b] || a - b);
}
