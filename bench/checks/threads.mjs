// One training step of the checks' networks with one thread and with more, taking turns: by the clock, and of processor time.
//   node bench/checks/threads.mjs [--threads 1,2] [--rounds 7]
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/loadEngine.mjs';
import { median } from '../engine/measure.mjs';

const { values } = parseArgs({
  options: { threads: { type: 'string', default: '1,2' }, rounds: { type: 'string', default: '7' } },
});
const STEPS = 10;
const e = await loadEngine([
  'checks/pairs/pairNetworks',
  'checks/modalities/modalityNetworks',
  'checks/captions/captionNetworks',
  'checks/identities/identityNetworks',
]);
const random = new e.SeededRandom(1);
const networks = {
  pairs: e.pairNetworks(64),
  modalities: e.modalityNetworks(64, 2),
  captions: e.captionNetworks({ vocabulary: 300, length: 24, batch: 64 }),
};
const filled = ({ shape, dtype }) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return dtype === 'int32' ? new Int32Array(size).fill(1) : Float32Array.from({ length: size }, () => random.next());
};
for (const medium of ['images', 'strokes']) {
  const network = e.identityNetwork(medium);
  const initial = seed => e.initialParameters(network.chain, new e.SeededRandom(seed));
  networks[`identities by ${medium}`] = { learner: e.identityLearner(network, 48), initial };
}
for (const [name, { learner }] of Object.entries(networks)) {
  const optimizer = e.OPTIMIZERS.adam();
  const program = e.stepProgram(learner, optimizer);
  const inputs = {
    ...Object.fromEntries(Object.entries(learner.inputs).map(([input, spec]) => [input, filled(spec)])),
    ...e.scalarInputs(optimizer, 1, 1e-3),
  };
  const runs = [];
  for (const threads of values.threads.split(',').map(Number)) {
    const runtime = await e.createNodeRuntime(threads);
    const executable = await runtime.load(program);
    executable.setState(networks[name].initial(1));
    await executable.run(inputs);
    runs.push({ threads, executable, wall: [], cpu: [] });
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { executable, wall, cpu } of runs) {
      const [started, before] = [performance.now(), process.cpuUsage()];
      for (let step = 0; step < STEPS; step++) await executable.run(inputs);
      const used = process.cpuUsage(before);
      wall.push((performance.now() - started) / STEPS);
      cpu.push((used.user + used.system) / 1000 / STEPS);
    }
  }
  for (const { threads, wall, cpu } of runs) {
    console.log(
      `${name}, ${threads} threads: ${median(wall).toFixed(1)} ms a step by the clock, ${median(cpu).toFixed(1)} ms of processor time`,
    );
  }
}
process.exit(0);
