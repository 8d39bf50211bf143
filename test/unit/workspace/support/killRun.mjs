// Random actions in a process that is killed again and again, recovered each time, undone and done again; the files are compared with a
// model in memory after each kill.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { actionAt, applyAction, firstModel, hashModel, randomOf } from './randomActions.mjs';

/** How often something is written down or changed, an action. */
const probesPerAction = 18;

/** @param {{ folder: string, count: number, kills: number, seed: number, trashFolder?: string, onProgress?: (text: string) => void }} options */
export async function killRun({ folder, count, kills, seed, trashFolder = 'auto', onProgress = () => undefined }) {
  const root = path.join(folder, 'root');
  const worker = path.join(folder, 'worker.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./killWorker.ts', import.meta.url))],
    outfile: worker.replace('.cjs', '.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const model = firstModel(seed);
  for (const [file, content] of model.files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  /** After n actions. */
  const hashes = [hashModel(model.files, model.trash.values())];
  for (let number = 0; number < count; number++) {
    applyAction(model, actionAt(model, seed, number), number);
    hashes.push(hashModel(model.files, model.trash.values()));
  }
  const trash = trashFolder === 'auto' ? path.join(root, '.twinlint/trash') : trashFolder;
  const random = randomOf(seed + 1);
  const result = {
    actions: count,
    kills: 0,
    killsByFault: 0,
    killsInRecovery: 0,
    finished: 0,
    takenBack: 0,
    afterEnd: 0,
    wrong: [],
    notes: {},
  };

  const run = (task, killAfterMs) =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [worker.replace('.cjs', '.mjs'), JSON.stringify({ root, seed, trashFolder, fault: null, ...task })],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      let out = '';
      let timer;
      child.stdout.on('data', data => {
        if (killAfterMs !== undefined && timer === undefined) timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
        out += String(data);
      });
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`the worker ended with ${code ?? signal}`));
        else resolve({ lines: out.split('\n').slice(0, -1), killed: signal === 'SIGKILL' });
      });
    });

  const phases = ['do', 'undo', 'redo'];
  for (const phase of phases) {
    const step = phase === 'undo' ? -1 : 1;
    const last = phase === 'undo' ? -1 : count;
    const goal = (kills * (phases.indexOf(phase) + 1)) / phases.length;
    let at = phase === 'undo' ? count - 1 : 0;
    /** The state before action `at` in this direction. */
    const before = number => (phase === 'undo' ? hashes[number + 1] : hashes[number]);
    while (at !== last) {
      const left = Math.max(0, goal - result.kills);
      const stretch = left > 0 ? Math.max(1, Math.abs(last - at) / (left + 1)) : Infinity;
      const byFault = random() < 0.6;
      const fault = left > 0 && byFault ? 1 + Math.floor(random() * 2 * stretch * probesPerAction) : null;
      const killAfterMs = left > 0 && !byFault ? random() * 2 * stretch * 12 : undefined;
      const { lines, killed } = await run({ phase, from: at, to: last, fault }, killAfterMs);
      at += step * lines.filter(line => line !== 'end').length;
      if (!killed) break;
      result.kills++;
      if (fault !== null) result.killsByFault++;
      const told = [];
      for (;;) {
        const again = random() < 0.25 ? 1 + Math.floor(random() * 12) : null;
        const recovered = await run({ phase: 'recover', from: 0, to: 0, fault: again });
        told.push(...recovered.lines.filter(line => line !== 'end'));
        if (!recovered.killed) break;
        result.killsInRecovery++;
      }
      const found = hashFiles(root, trash);
      const next = at === last ? undefined : phase === 'undo' ? hashes[at] : hashes[at + 1];
      if (found === next && found !== before(at)) {
        // It was finished, by the recovery or before the kill.
        if (told.length > 0) result.finished++;
        else result.afterEnd++;
        at += step;
      } else if (found === before(at)) result.takenBack++;
      else result.wrong.push({ phase, at, told });
      for (const note of told) {
        const kind = note.replace(/:.*$/, '');
        result.notes[kind] = (result.notes[kind] ?? 0) + 1;
      }
      if (result.wrong.length > 0) return result;
      onProgress(`${phase}: ${at} of ${count}, ${result.kills} kills`);
    }
    const wanted = phase === 'undo' ? hashes[0] : hashes[count];
    if (hashFiles(root, trash) !== wanted) result.wrong.push({ phase, at: 'end' });
  }
  result.leftOvers = leftOvers(root);
  rmSync(root, { recursive: true, force: true });
  return result;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

function hashFiles(root, trash) {
  const files = new Map();
  for (const file of filesBelow(root)) {
    const relative = path.relative(root, file).split(path.sep).join('/');
    if (!relative.startsWith('.twinlint/')) files.set(relative, readFileSync(file, 'utf8'));
  }
  let trashed = [];
  try {
    trashed = filesBelow(trash)
      .filter(file => file.endsWith('.trashed'))
      .map(file => readFileSync(file, 'utf8'));
  } catch {
    // Nothing was trashed yet.
  }
  return hashModel(files, trashed);
}

/** Files of ours that should not be there. */
const leftOvers = root => filesBelow(root).filter(file => /\.part$|\.tmp$|\.lock/.test(file));
