import { readFileSync, readdirSync } from 'node:fs';

/** Names the window in the environment of its server and all that this starts: other windows may be open beside it. */
export const windowVariable = 'TWINLINT_TEST_WINDOW';

/** Engine processes of one window (Linux), also those that have lost their host. */
export const enginePids = ({ userDataDir }: { readonly userDataDir: string }): number[] => {
  const mark = `${windowVariable}=${userDataDir}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const isEngine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/engine.js');
        return isEngine && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
};

/** The process that started another one: of an engine, the extension host. */
export const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
