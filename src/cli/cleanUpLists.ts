import type { EngineClient } from '../client/engineClient';
import { cleanUp } from '../core/findings/cleanUp';
import type { Finding } from '../core/findings/finding';
import { ScannedImagesRequest } from '../protocol/curation';
import type { Interruption } from './interruption';
import { last, type Options } from './optionValues';
import { fileOutput } from './output';

/** What `--keep-list` and `--drop-list` ask for; the files are opened at once, so that a place that cannot be written is told before the work. */
export async function cleanUpLists(
  options: Options,
  interruption: Interruption,
): Promise<{ write(client: EngineClient, findings: readonly Finding[]): Promise<void> }> {
  const open = async (name: 'keep-list' | 'drop-list') => {
    const file = last(options, name);
    return file === undefined ? undefined : fileOutput(file, interruption, name);
  };
  const [keep, drop] = [await open('keep-list'), await open('drop-list')];
  return {
    async write(client, findings) {
      if (!keep && !drop) return;
      const going = cleanUp(findings).filter(({ root }) => root === 0);
      await drop?.write(going.map(({ path }) => `${path}\n`));
      if (!keep) return;
      const gone = new Set(going.map(({ image }) => image));
      const { images } = (await client.request(ScannedImagesRequest, {})) ?? { images: [] };
      const kept = images.filter(({ root, index, problem }) => root === 0 && problem === undefined && !gone.has(index));
      await keep.write(kept.map(({ path }) => `${path}\n`));
    },
  };
}
