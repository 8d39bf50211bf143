// Recall of altered copies, from a truth file: { FILE: [picture, alteration or "orig"] }. As in bench/near: a pair is right when both
// files show one picture; recall counts (original, copy) pairs; the threshold is the best one at which the precision of all listed
// pairs is 0.99.
import fs from 'node:fs';

const PRECISION = 0.99;
/** Distances are counted in so many steps between 0 and 2. */
const STEPS = 2_000_000;

export const readTruth = file => JSON.parse(fs.readFileSync(file, 'utf8'));
const round = value => Math.round(value * 10_000) / 10_000;

/** Copies of each alteration. */
function totals(truth) {
  const total = {};
  for (const [, kind] of Object.values(truth)) if (kind !== 'orig') total[kind] = (total[kind] ?? 0) + 1;
  return total;
}

/** Of two files of one picture: the one that is the copy, where the other is the original. */
const copyOf = (a, b, truth) => (truth[a][1] === 'orig' ? b : truth[b][1] === 'orig' ? a : undefined);

/** What was found, at the best threshold of precision 0.99 and before the first, sixth and 26th false pair. */
class Ranking {
  constructor(truth) {
    this.truth = truth;
    this.total = totals(truth);
    this.found = new Set();
    this.right = 0;
    this.wrong = 0;
    this.limits = new Map();
    this.best = this.snapshot();
  }

  snapshot(distance) {
    const found = {};
    for (const name of this.found) found[this.truth[name][1]] = (found[this.truth[name][1]] ?? 0) + 1;
    const all = Object.values(this.total).reduce((a, b) => a + b, 0);
    const perAlteration = Object.fromEntries(
      Object.entries(this.total).map(([kind, count]) => [kind, round((found[kind] ?? 0) / count)]),
    );
    return { recall: round(this.found.size / all), ...(distance !== undefined && { distance: round(distance) }), perAlteration };
  }

  /** Pairs of one distance, of which the right ones are named. */
  add(distance, right, wrong) {
    for (const limit of [0, 5, 25]) {
      if (this.wrong <= limit && this.wrong + wrong > limit) this.limits.set(limit, this.snapshot(distance).recall);
    }
    this.wrong += wrong;
    this.right += right.length;
    for (const [a, b] of right) {
      const copy = copyOf(a, b, this.truth);
      if (copy !== undefined) this.found.add(copy);
    }
    this.isGood = this.right >= PRECISION * (this.right + this.wrong);
    if (this.isGood) this.bestDistance = distance;
  }

  result(bestOf) {
    const at = limit => this.limits.get(limit) ?? this.snapshot().recall;
    return { ...bestOf, atMost0False: at(0), atMost5False: at(5), atMost25False: at(25) };
  }
}

function rank(truth, groups) {
  const through = until => {
    const ranking = new Ranking(truth);
    for (const [distance, right, wrong] of groups) {
      if (distance > until) break;
      ranking.add(distance, right, wrong);
    }
    return ranking;
  };
  const whole = through(Infinity);
  const best = whole.bestDistance === undefined ? new Ranking(truth) : through(whole.bestDistance);
  return whole.result(best.snapshot(whole.bestDistance));
}

/** @param findings of a scan's JSON, with `path` and `related` */
export function scoreFindings(findings, truth) {
  const nearest = new Map();
  for (const { kind, path: a, related } of findings) {
    if (!/duplicate/.test(kind)) continue;
    for (const { path: b, distance } of related) {
      if (!truth[a] || !truth[b]) continue;
      const key = a < b ? `${a}|${b}` : `${b}|${a}`;
      nearest.set(key, Math.min(nearest.get(key) ?? Infinity, kind === 'exact-duplicate' ? 0 : distance));
    }
  }
  const groups = new Map();
  for (const [key, distance] of nearest) {
    const [a, b] = key.split('|');
    const group = groups.get(distance) ?? [distance, [], 0];
    groups.set(distance, group);
    if (truth[a][0] === truth[b][0]) group[1].push([a, b]);
    else group[2]++;
  }
  const sorted = [...groups.values()].sort((x, y) => x[0] - y[0]);
  return rank(truth, sorted);
}

/**
 * All pairs of vectors by cosine distance.
 * @param {readonly string[]} names of the vectors
 * @param {Float32Array} vectors one after the other
 */
export function scoreVectors(names, vectors, truth) {
  const size = vectors.length / names.length;
  const unit = vectors.slice();
  for (let at = 0; at < unit.length; at += size) {
    let squares = 0;
    for (let d = 0; d < size; d++) squares += unit[at + d] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < size; d++) unit[at + d] /= length;
  }
  const pictures = names.map(name => truth[name][0]);
  const wrong = new Uint32Array(STEPS + 1);
  const right = new Map();
  for (let i = 0; i < names.length; i++) {
    for (let j = i + 1; j < names.length; j++) {
      let product = 0;
      for (let d = 0, a = i * size, b = j * size; d < size; d++) product += unit[a + d] * unit[b + d];
      const step = Math.min(STEPS, Math.max(0, Math.round(((1 - product) / 2) * STEPS)));
      if (pictures[i] !== pictures[j]) wrong[step]++;
      else if (right.has(step)) right.get(step).push([names[i], names[j]]);
      else right.set(step, [[names[i], names[j]]]);
    }
  }
  const groups = [];
  for (let step = 0; step <= STEPS; step++) {
    if (wrong[step] > 0 || right.has(step)) groups.push([(2 * step) / STEPS, right.get(step) ?? [], wrong[step]]);
  }
  return rank(truth, groups);
}

/** Each number less its mean over all vectors, by its deviation: as a head's batch norm sees it. */
export function standardized(vectors, size) {
  const count = vectors.length / size;
  const result = vectors.slice();
  for (let d = 0; d < size; d++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      sum += vectors[i * size + d];
      squares += vectors[i * size + d] ** 2;
    }
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean) + 1e-6);
    for (let i = 0; i < count; i++) result[i * size + d] = (vectors[i * size + d] - mean) / deviation;
  }
  return result;
}
