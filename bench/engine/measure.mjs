// What the programs of this folder measure with.
import os from 'node:os';

export const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Runs once and notes the wall and CPU time in milliseconds. */
export async function measured({ times, cpu }, run) {
  const before = process.cpuUsage();
  const start = performance.now();
  await run();
  times.push(performance.now() - start);
  const used = process.cpuUsage(before);
  cpu.push((used.user + used.system) / 1000);
}

/** What the figures were measured on. */
export const machine = () => ({
  cpu: os.cpus()[0].model,
  cores: os.cpus().length,
  node: process.versions.node,
  loadBefore: os.loadavg()[0],
  measuredAt: new Date().toISOString(),
});
