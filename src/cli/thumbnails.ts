import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { EngineClient } from '../client/engineClient';
import type { Finding } from '../core/findings/finding';
import { maxHtmlFindings, type ThumbnailOf } from '../core/report/htmlReport';
import { PreviewRequest } from '../protocol/engine';

const side = 192;
const atOnce = 4;
const mediaTypes: Readonly<Record<string, string>> = { '.webp': 'image/webp', '.png': 'image/png', '.jpg': 'image/jpeg' };

/** Makes the pictures of an HTML report, as data URIs. What can't be shown is left out. */
export async function makeThumbnails(
  client: EngineClient,
  findings: readonly Finding[],
  roots: readonly string[],
): Promise<ThumbnailOf> {
  const uris = new Map<string, string>();
  const keyOf = (root: number, path: string) => `${root}\0${path}`;
  const shown = findings.slice(0, maxHtmlFindings).flatMap(finding => [finding, ...finding.related]);
  const wanted = [...new Map(shown.map(each => [keyOf(each.root, each.path), each])).entries()];
  const work = async () => {
    for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
      const [key, { root, path }] = next;
      const { file } = await client.request(PreviewRequest, { path: join(roots[root], path), side });
      const type = file && mediaTypes[extname(file).toLowerCase()];
      if (file && type) uris.set(key, `data:${type};base64,${(await readFile(file)).toString('base64')}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (root, path) => uris.get(keyOf(root, path));
}
