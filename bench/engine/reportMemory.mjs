// Loaded into the engine process by NODE_OPTIONS: at SIGUSR2 it collects garbage and writes what is left to a file.
import { renameSync, writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const file = process.env.BENCH_MEMORY_FILE;
// Not in the engine's threads.
if (file && process.send && isMainThread) {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc');
  process.on('SIGUSR2', async () => {
    // Twice: what the first run finalizes the second one frees.
    for (let i = 0; i < 2; i++) {
      collect();
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()));
    renameSync(`${file}.new`, file);
  });
}
