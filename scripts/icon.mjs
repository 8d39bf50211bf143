/** Draws media/icon.png (what the Marketplace and the Extensions view show) from media/icon.svg. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const media = fileURLToPath(new URL('../media/', import.meta.url));
await sharp(`${media}icon.svg`, { density: 144 })
  .resize(256, 256)
  .png({ compressionLevel: 9, palette: true })
  .toFile(`${media}icon.png`);
