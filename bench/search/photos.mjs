import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

/** Other exposures and other eyes of a picture that is in the set already, and drawings. */
const LEFT_OUT = /aloeR|leuvenB|ela_modified|^left|^right|ellipses|segmented|Blender|text_|_5640|_3840|GreenTraditional|aero3/;
const LEAST_SIDE = 300;
const LONG_SIDE = 900;

/**
 * Photographs of the Debian packages opencv-doc (examples/data, examples/text), lomiri-wallpapers and mate-backgrounds, unpacked side by
 * side below a folder (apt-get download X && dpkg-deb -x X.deb FOLDER/X), at most 900 pixels long, in name order.
 * @param {string} folder
 */
export async function readPhotos(folder) {
  const files = [];
  const walk = at => {
    for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
      const file = path.join(at, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (/\.jpe?g$/i.test(entry.name) && isWanted(file)) files.push(file);
    }
  };
  for (const name of fs.readdirSync(folder)) {
    if (/^(opencv-doc|lomiri-wallpapers|mate-backgrounds)/.test(name) && !name.endsWith('.deb')) walk(path.join(folder, name));
  }
  const photos = [];
  for (const file of files.sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1))) {
    const { width, height } = await sharp(file).metadata();
    if (Math.min(width, height) < LEAST_SIDE) continue;
    const { data, info } = await sharp(file)
      .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    photos.push({ name: path.basename(file), width: info.width, height: info.height, data: new Uint8Array(data) });
  }
  return photos;
}

function isWanted(file) {
  if (LEFT_OUT.test(path.basename(file))) return false;
  return /backgrounds|examples\/data\/|examples\/text\/scenetext0/.test(file) && fs.statSync(file).size > 40_000;
}
