import { readFileSync, writeFileSync } from 'node:fs';
import { PictureFolder, scene, shrunk } from './pictures';

/**
 * The workspace of most tests: photos/ with an exact copy, two smaller copies and a file that is cut off; classes/ with one
 * picture in two classes; and pictures that resemble nothing.
 */
export const makeJourney = async (path?: string): Promise<PictureFolder> => {
  const folder = new PictureFolder(path);
  await folder.write('photos/harbour.png', scene(1));
  await folder.write('photos/harbour-small.jpg', shrunk(1));
  await folder.write('photos/meadow.png', scene(2));
  await folder.write('photos/meadow-small.jpg', shrunk(2));
  await folder.write('photos/lighthouse.png', scene(3));
  writeFileSync(folder.at('photos/lighthouse copy.png'), readFileSync(folder.at('photos/lighthouse.png')));
  writeFileSync(folder.at('photos/cut-off.png'), readFileSync(folder.at('photos/lighthouse.png')).subarray(0, 3000));
  await folder.writeScenes(10, ['photos/beach.png', 'photos/bridge.png', 'photos/forest.jpg', 'photos/tower.webp']);
  await folder.write('classes/cat/rex.png', scene(4));
  await folder.write('classes/dog/rex-small.jpg', shrunk(4));
  await folder.writeScenes(20, ['classes/cat/a.png', 'classes/cat/b.png', 'classes/dog/a.png', 'classes/dog/b.png']);
  return folder;
};
