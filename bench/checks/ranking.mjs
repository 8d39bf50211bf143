// What the benches of checks share.
import { readFileSync } from 'node:fs';

/** mulberry32: the same numbers for a seed on every machine, 0…1. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The list itself, in random order. */
export function shuffle(list, random) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** The arguments of a bench, and those after `--`, which are handed on. */
export function splitArguments() {
  const split = process.argv.indexOf('--', 2);
  return split < 0 ? [process.argv.slice(2), []] : [process.argv.slice(2, split), process.argv.slice(split + 1)];
}

/**
 * Average precision of a ranking, highest score first: the mean, over the things looked for, of the precision where each stands. Equal scores
 * count as if in random order, in the mean.
 * @param {readonly (readonly [score: number, isWanted: boolean])[]} rows
 */
export function averagePrecision(rows) {
  const byScore = new Map();
  for (const [score, isWanted] of rows) {
    const tie = byScore.get(score) ?? { wanted: 0, all: 0 };
    tie.wanted += Number(isWanted);
    tie.all++;
    byScore.set(score, tie);
  }
  const total = rows.reduce((sum, [, isWanted]) => sum + Number(isWanted), 0);
  let [seen, found, sum] = [0, 0, 0];
  for (const [, { wanted, all }] of [...byScore].sort(([a], [b]) => b - a)) {
    // Within a tie the k-th place holds a wanted one with the same chance.
    for (let k = 1; k <= all; k++) {
      const share = wanted / all;
      const before = found + (all > 1 ? ((k - 1) * (wanted - 1)) / (all - 1) : 0);
      sum += (share * (before + 1)) / (seen + k);
    }
    seen += all;
    found += wanted;
  }
  return total === 0 ? NaN : sum / total;
}

/** The rows of a file of `--scores`, by the number that the file's name begins with. None of its fields is quoted here. */
export function readScores(file) {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\r\n');
  const columns = head.split(',');
  const rows = lines.map(line => Object.fromEntries(line.split(',').map((value, k) => [columns[k], value])));
  return new Map(rows.map(row => [Number.parseInt(row.path.split('/').at(-1), 10), { ...row, doubt: Number(row.doubt) }]));
}
