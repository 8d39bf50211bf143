// The engine as it is shipped, with its encoder beside it, in a folder of this process's own: several programs may measure at a time.
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { natives, nodeBundle } from '../../scripts/lib/nodeBundle.mjs';
import { load, root } from '../scan/bundle.mjs';

/** @returns the engine's path, the client and the protocol to talk to it with, and what removes the folder */
export async function buildProduct() {
  const folder = path.join(root, '.build', 'bench', `product-${process.pid}`);
  const dist = path.join(folder, 'dist');
  await mkdir(dist, { recursive: true });
  await symlink(path.join(root, 'media'), path.join(folder, 'media')).catch(() => undefined);
  await esbuild.build({
    absWorkingDir: root,
    ...nodeBundle,
    external: natives,
    logLevel: 'warning',
    entryPoints: { engine: 'src/engine/main.ts', rescoreWorker: 'src/engine/rescore/rescoreWorker.ts' },
    outdir: dist,
  });
  const parts = await load(`product-${process.pid}/client`, {
    client: 'src/client/engineClient.ts',
    engineProtocol: 'src/protocol/engine.ts',
    training: 'src/protocol/training.ts',
    settings: 'src/core/settings/scanSettings.ts',
  });
  return {
    enginePath: path.join(dist, 'engine.js'),
    ...parts,
    /** A folder as a scan's parameters name it. */
    scanOf: (...folders) => ({
      roots: folders.map(each => ({
        path: each,
        name: path.basename(each),
        settings: parts.settings.defaultScanSettings,
        only: [],
        filesExclude: [],
      })),
      verdicts: [],
      keep: false,
      trusted: true,
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
