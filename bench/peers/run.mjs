// The case study's step and its time to the book's accuracy, beside Keras, PyTorch and the real tfjs-node, on the same cores in one run.
//   node bench/peers/run.mjs steps|reach --data FOLDER [--keras PYTHON] [--torch PYTHON] [--tfjs-node WORK] [--threads 1,2]
//        [--rounds 5] [--recipes book,fast] [--only NAME,…] [--out bench/results/peers-training.json]
// PYTHON: an interpreter that has the package; WORK: what tfjs-node/build.mjs filled. See docs/PEERS.md.
// The contenders stay alive and take turns, one request each a round, so that what else the machine does hits them alike. At one thread
// each is bound to one core. Results are merged into the file: parts can be measured one after the other.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    keras: { type: 'string' },
    torch: { type: 'string' },
    'tfjs-node': { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '5' },
    recipes: { type: 'string', default: 'book,fast' },
    only: { type: 'string' },
    out: { type: 'string', default: path.join(here, '../results/peers-training.json') },
  },
});
const part = positionals[0];
if (!['steps', 'reach'].includes(part) || !options.data) {
  console.error('Say steps or reach, and give --data.');
  process.exit(2);
}
const rounds = Number(options.rounds);
/** What the book reaches. */
const WANTED = 0.9219;
const REQUESTS = {
  steps: { book: { warmup: 4, steps: 10 }, fast: { warmup: 5, steps: 20 } },
  // The book's 13 epochs; the steps of a fast run of about three seconds.
  reach: { book: { plannedSteps: 4394, everySteps: 100 }, fast: { plannedSteps: 120, everySteps: 5 } },
};
/** On the clock, or of CPU time where a busy machine gives less than that. */
const LIMIT_SECONDS = 600;

const python = (interpreter, file, ...rest) => [interpreter, [path.join(here, file), '--data', options.data, ...rest]];
const ours = (...rest) => [process.execPath, [path.join(here, 'ours.mjs'), '--data', options.data, ...rest]];
/** `parts`: variants that are only there to find each library's fastest way stay out of `reach`. */
const CONTENDERS = [
  { name: 'twinlint', recipes: ['book', 'fast'], command: ours() },
  { name: 'tfjs-node', recipes: ['book', 'fast'], needs: 'tfjs-node', command: ours('--tfjs-node', options['tfjs-node']) },
  { name: 'keras', recipes: ['book'], needs: 'keras', command: python(options.keras, 'keras_peer.py') },
  {
    name: 'keras-xla',
    recipes: ['book'],
    needs: 'keras',
    parts: ['steps'],
    command: python(options.keras, 'keras_peer.py', '--jit', 'on'),
  },
  { name: 'torch', recipes: ['book', 'fast'], needs: 'torch', command: python(options.torch, 'torch_peer.py') },
  {
    name: 'torch-contiguous',
    recipes: ['book', 'fast'],
    needs: 'torch',
    parts: ['steps'],
    command: python(options.torch, 'torch_peer.py', '--layout', 'contiguous'),
  },
  {
    name: 'torch-compile',
    recipes: ['book', 'fast'],
    needs: 'torch',
    parts: ['steps'],
    command: python(options.torch, 'torch_peer.py', '--compile'),
  },
].filter(
  c =>
    (!c.needs || options[c.needs]) &&
    (c.parts ?? ['steps', 'reach']).includes(part) &&
    (!options.only || options.only.split(',').includes(c.name)),
);

async function start({ name, command: [program, args] }, threads) {
  const all = [program, ...args, '--threads', String(threads)];
  // One thread means one core, for helper threads too.
  const line = threads === 1 && process.platform === 'linux' ? ['taskset', '-c', '0', ...all] : all;
  const child = spawn(line[0], line.slice(1), {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TF_NUM_INTRAOP_THREADS: String(threads),
      TF_NUM_INTEROP_THREADS: String(threads),
      OMP_NUM_THREADS: String(threads),
      TF_CPP_MIN_LOG_LEVEL: '2',
    },
  });
  let errors = '';
  child.stderr.on('data', chunk => (errors = (errors + chunk).slice(-4000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const receive = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${name} ended: ${errors}`);
    return JSON.parse(value);
  };
  const { runtime } = await receive();
  return {
    name,
    runtime,
    ask: request => {
      child.stdin.write(JSON.stringify(request) + '\n');
      return receive();
    },
    end: () => child.stdin.end(),
  };
}

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];
const round = (x, digits) => +x.toFixed(digits);

function summaryOf(replies) {
  if (part === 'steps') {
    const turns = replies.map(r => median(r.stepsMs));
    return {
      medianMs: round(median(turns), 1),
      fastestMs: round(Math.min(...turns), 1),
      medianCpuMs: round(median(replies.map(r => r.cpuMs)), 1),
      turnsMs: turns.map(t => round(t, 1)),
    };
  }
  return {
    reached: replies.map(r => r.reached),
    medianSeconds: round(median(replies.map(r => r.seconds)), 2),
    medianCpuSeconds: round(median(replies.map(r => r.cpuSeconds)), 2),
    seconds: replies.map(r => r.seconds),
    cpuSeconds: replies.map(r => r.cpuSeconds),
    steps: replies.map(r => r.steps),
    accuracies: replies.map(r => r.accuracy),
    bestAccuracies: replies.map(r => Math.max(...r.curve.map(point => point.at(-1)))),
    readyMs: Math.round(median(replies.map(r => r.readyMs))),
  };
}

const shown = reply =>
  part === 'steps'
    ? `${round(median(reply.stepsMs), 1)} ms, CPU ${round(reply.cpuMs, 1)}`
    : `${reply.seconds} s, CPU ${reply.cpuSeconds}, ${reply.accuracy}`;

/** Read again each time: another part may be measured at the same time. */
async function save(rows) {
  const results = existsSync(options.out) ? JSON.parse(await readFile(options.out, 'utf8')) : { steps: [], reach: [] };
  const same = (a, b) => a.name === b.name && a.recipe === b.recipe && a.threads === b.threads;
  results[part] = [...results[part].filter(old => !rows.some(row => same(row, old))), ...rows];
  results.machine = `${os.availableParallelism()} × ${os.cpus()[0].model.trim()}, Node ${process.version}`;
  await writeFile(options.out, JSON.stringify(results, null, 2) + '\n');
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: here, encoding: 'utf8' }).trim();
const date = new Date().toISOString().slice(0, 10);
for (const threads of options.threads.split(',').map(Number)) {
  const contenders = [];
  for (const contender of CONTENDERS) contenders.push({ ...contender, ...(await start(contender, threads)) });
  for (const recipe of options.recipes.split(',')) {
    const playing = contenders.filter(c => c.recipes.includes(recipe));
    const replies = new Map(playing.map(c => [c, []]));
    for (let turn = 1; turn <= rounds; turn++) {
      for (const contender of playing) {
        // Worker threads of the last one may still be spinning.
        await sleep(300);
        const request = {
          do: part,
          recipe,
          seed: turn,
          accuracy: WANTED,
          limitSeconds: LIMIT_SECONDS,
          ...REQUESTS[part][recipe],
        };
        const reply = await contender.ask(request);
        replies.get(contender).push(reply);
        console.error(`${recipe}, ${threads} threads, round ${turn}: ${contender.name} ${shown(reply)}`);
      }
    }
    const rows = [...replies].map(([{ name, runtime }, list]) => ({
      name,
      recipe,
      threads,
      runtime,
      date,
      commit,
      ...summaryOf(list),
    }));
    for (const row of rows) console.log(JSON.stringify(row));
    await save(rows);
  }
  for (const contender of contenders) contender.end();
}
