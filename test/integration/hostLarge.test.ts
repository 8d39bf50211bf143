import { mkdirSync, writeFileSync } from 'node:fs';
import { describe } from 'vitest';
import sharp from 'sharp';
import { PictureFolder, noise } from './harness/pictures';
import { listHostTests, runInHost } from './harness/runInHost';

const folder = new PictureFolder();
for (const name of ['none', 'many', 'copies']) mkdirSync(folder.at(name));
await Promise.all(Array.from({ length: 10_000 }, (_, index) => noise(index).toFile(folder.at(`many/${index}.jpg`))));
const copy = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f80' } })
  .png()
  .toBuffer();
for (let index = 0; index <= 50_000; index++) writeFileSync(folder.at(`copies/${index}.png`), copy);

const report = await runInHost('large', folder.path, 420_000).finally(() => folder.remove());

describe('in the extension host', () => listHostTests(report));
