import { readFileSync, readdirSync } from 'node:fs';

/** Engine processes of this run's extensions folder (Linux). */
export const enginePids = (extensionsDir: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(extensionsDir) && command.includes('dist/engine.js');
      } catch {
        return false;
      }
    })
    .map(Number);

/** The process that started another one: of an engine, the extension host. */
export const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
