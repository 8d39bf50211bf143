// How long `twinlint scan --changed-only` takes after a few files of many changed, and whether it finds what a whole scan finds.
//   node bench/scan/changedOnly.mjs DIR [--changed 10] [--rounds 3] [--out FILE.json]
// DIR: PNG or JPEG files. They are linked into a temporary Git repository; DIR itself stays as it is. Needs dist/cli.js (node scripts/build.mjs).
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});
const [dir] = positionals;
if (!dir) {
  console.error('usage: changedOnly.mjs DIR [--changed N] [--rounds N] [--out FILE.json]');
  process.exit(2);
}
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const work = mkdtempSync(path.join(os.tmpdir(), 'twinlint-changed-'));
const data = path.join(work, 'data');
const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(png|jpe?g)$/i.test(name))
  .sort();

const git = (...args) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-C', data, ...args]);
function scan(cache, ...args) {
  const started = performance.now();
  const { stdout, status, stderr } = spawnSync(process.execPath, [cli, 'scan', data, '--format', 'json', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, XDG_CACHE_HOME: path.join(work, cache) },
  });
  if (status !== 0) throw new Error(`scan failed: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, findings: JSON.parse(stdout).findings };
}

try {
  for (const file of files) {
    const target = path.join(data, file);
    mkdirSync(path.dirname(target), { recursive: true });
    try {
      linkSync(path.join(dir, file), target);
    } catch {
      cpSync(path.join(dir, file), target);
    }
  }
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'all');
  const first = scan('cache', '--changed-only');
  console.log(`${files.length} images; first scan ${first.seconds.toFixed(1)} s`);
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    // Half of the changes are altered copies of other images, so that there is something to find.
    const changed = [];
    for (let i = 0; i < Number(values.changed); i++) {
      const source = path.join(data, files[(round * 997 + i * 4999) % files.length]);
      const name = `new-${round}-${i}.png`;
      const picture = i % 2 === 0 ? sharp(source).modulate({ brightness: 1.1 }) : sharp(source).negate().rotate(90);
      writeFileSync(path.join(data, name), await picture.png().toBuffer());
      changed.push(name);
    }
    const { seconds, findings } = scan('cache', '--changed-only');
    rounds.push({ seconds, findings: findings.length });
    console.log(`round ${round + 1}: ${values.changed} changed, ${seconds.toFixed(2)} s, ${findings.length} findings`);
  }
  const last = scan('cache', '--changed-only');
  const isNew = ({ path: name }) => name.startsWith('new-');
  const whole = scan('other-cache').findings.filter(finding => isNew(finding) || finding.related.some(isNew));
  const equal = JSON.stringify(whole) === JSON.stringify(last.findings);
  const median = rounds.map(({ seconds }) => seconds).sort((x, y) => x - y)[rounds.length >> 1];
  console.log(
    `median ${median.toFixed(2)} s; ${equal ? 'equal to' : 'DIFFERENT FROM'} the whole scan (${whole.length} findings)`,
  );
  const result = {
    date: new Date().toISOString().slice(0, 10),
    images: files.length,
    changed: Number(values.changed),
    firstSeconds: first.seconds,
    rounds,
    medianSeconds: median,
    equal,
    findings: whole.length,
  };
  if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  if (!equal) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
