/** Holds what a scan found against what was planted in the sample workspace. */

/**
 * @typedef {import('./makeSample.mjs').Plant} Plant
 * @typedef {{ kind: string; path: string; severity: string; related: { path: string; distance: number }[]; also?: string[]; labels?: string[] }} Finding
 * @typedef {object} Comparison
 * @property {{ plant: Plant; finding: Finding }[]} hits found, as the kind that was planted
 * @property {{ plant: Plant; finding: Finding }[]} otherKind found, as another kind
 * @property {Plant[]} missed
 * @property {Plant[]} notLookedFor need a setting that the scan did not have, or training
 * @property {Finding[]} unplanted findings that nobody planted: false ones, or twins that the pictures had by nature
 */

/** A wrong label is about one picture, whatever is shown beside it; another finding is about two. */
const keyOf = ({ kind, path }, twin) => key(path, kind === 'mislabeled' ? undefined : twin);
const key = (a, b) => (b === undefined ? a : [a, b].sort().join('\n'));

/**
 * @param {{ findings: Finding[] }} scan `twinlint scan --format json`
 * @param {{ plants: Plant[] }} planted
 * @param {{ mirrors?: boolean; turns?: boolean; training?: boolean }} [settings] what the scan was told to look for, and whether with a trained model
 * @returns {Comparison}
 */
export function compareWithPlanted(scan, planted, settings = {}) {
  const byKey = new Map(scan.findings.map(finding => [keyOf(finding, finding.related[0]?.path), finding]));
  /** @type {Comparison} */
  const result = { hits: [], otherKind: [], missed: [], notLookedFor: [], unplanted: [] };
  const used = new Set();
  for (const plant of planted.plants) {
    const finding = byKey.get(keyOf(plant, plant.of));
    if (finding) {
      used.add(finding);
      (finding.kind === plant.kind ? result.hits : result.otherKind).push({ plant, finding });
    } else if (plant.needs && !settings[plant.needs]) result.notLookedFor.push(plant);
    else result.missed.push(plant);
  }
  // A copy in the wrong class is both: in conflict with its twin, and mislabeled.
  const misplaced = new Set(planted.plants.filter(({ kind }) => kind === 'label-conflict').map(({ path }) => path));
  const isExplained = ({ kind, path }) => kind === 'mislabeled' && misplaced.has(path);
  result.unplanted = scan.findings.filter(finding => !used.has(finding) && !isExplained(finding));
  return result;
}

/**
 * The comparison as lines for a terminal: a row for each kind and alteration, then every miss and every finding not planted.
 * @param {Comparison} comparison
 * @returns {string}
 */
export function formatComparison({ hits, otherKind, missed, notLookedFor, unplanted }) {
  const rows = new Map();
  const count = (plant, what) => {
    const name = `${plant.kind}\t${plant.alteration}`;
    const row = rows.get(name) ?? { planted: 0, found: 0, missed: 0, later: 0 };
    row.planted++;
    row[what]++;
    rows.set(name, row);
  };
  for (const { plant } of hits) count(plant, 'found');
  for (const { plant } of otherKind) count(plant, 'found');
  for (const plant of missed) count(plant, 'missed');
  for (const plant of notLookedFor) count(plant, 'later');
  const table = [['kind', 'alteration', 'planted', 'found', 'missed', 'not looked for']];
  for (const [name, row] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    table.push([...name.split('\t'), ...[row.planted, row.found, row.missed, row.later].map(n => (n ? String(n) : '·'))]);
  }
  const total = {
    planted: hits.length + otherKind.length + missed.length + notLookedFor.length,
    found: hits.length + otherKind.length,
  };
  table.push(['all', '', String(total.planted), String(total.found), String(missed.length), String(notLookedFor.length)]);
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  const lines = table.map(row =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map(width => '─'.repeat(width)).join('  '));
  lines.splice(-1, 0, widths.map(width => '─'.repeat(width)).join('  '));

  const describe = ({ kind, path, of, alteration }) => `  ${kind}: ${path}${of ? ` of ${of}` : ''} (${alteration})`;
  const list = (title, items) => items.length > 0 && lines.push('', title, ...items);
  list('Missed:', missed.map(describe));
  list(
    'Found as another kind:',
    otherKind.map(({ plant, finding }) => `${describe(plant)}: ${finding.kind}`),
  );
  list(
    'Not planted (false, or twins by nature):',
    unplanted.map(
      ({ kind, path, related, labels }) =>
        `  ${kind}: ${path}${kind === 'mislabeled' && labels ? `, labelled ${labels[0]}, looks like ${labels[1]}` : ''}${related.map(r => ` and ${r.path} (distance ${r.distance.toFixed(3)})`).join('')}`,
    ),
  );
  if (notLookedFor.length > 0) {
    const needs = [...new Set(notLookedFor.map(plant => plant.needs))].sort();
    const how = {
      mirrors: 'mirrored twins need --mirrors',
      turns: 'turned twins need --turns',
      training: 'wrong labels without a twin need a trained model',
    };
    list('Not looked for:', [`  ${needs.map(need => how[need]).join('; ')}.`]);
  }
  return lines.join('\n');
}
