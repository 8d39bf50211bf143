import type { ImageProblem, ImageRecord } from '../../core/dataset/image';
import { defaultScanSettings } from '../../core/settings/scanSettings';
import type { Preview, PreviewParams } from '../../protocol/engine';
import { readImageFile } from '../decode/imageFile';
import type { PictureDecoder } from '../decode/pictureDecoder';
import type { PreviewStore } from '../store/previews';

const smallestSide = 16;
const largestSide = 4096;

/** Pictures for the grid and the compare view, made once for each content. */
export class PreviewMaker {
  readonly #decoder: PictureDecoder;
  readonly #store: PreviewStore;
  readonly #underWay = new Map<string, Promise<Preview>>();

  constructor(decoder: PictureDecoder, store: PreviewStore) {
    this.#decoder = decoder;
    this.#store = store;
  }

  /** @param image what a scan knows of the file: spares reading it where the preview is there already */
  async make(
    { path, side }: PreviewParams,
    image: ImageRecord | undefined,
    maxPixels = defaultScanSettings.maxPixels,
  ): Promise<Preview> {
    const size = Math.round(Math.min(largestSide, Math.max(smallestSide, side)));
    if (image?.content) {
      const file = await this.#store.find(image.content, size);
      if (file) return { file };
    }
    // The grid asks again while it scrolls.
    const key = `${path}\0${size}`;
    let work = this.#underWay.get(key);
    if (!work) {
      work = this.#render(path, size, maxPixels).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, work);
    }
    return work;
  }

  async #render(path: string, side: number, maxPixels: number): Promise<Preview> {
    const read = await readImageFile(path);
    if ('problem' in read) return { problem: inWords(read.problem) };
    const kept = await this.#store.find(read.content, side);
    if (kept) return { file: kept };
    const outcome = await this.#decoder.preview(read.bytes, path, side, maxPixels, read.isWhole ? undefined : path);
    if ('problem' in outcome) return { problem: inWords(outcome.problem) };
    return { file: await this.#store.add(read.content, side, outcome.ok) };
  }
}

const words: Readonly<Record<ImageProblem['reason'], string>> = {
  empty: 'The file is empty.',
  truncated: 'The file is cut off',
  'not-an-image': 'The file is not an image',
  damaged: 'The file is damaged',
  'too-large': 'The picture is too large to open safely',
  'no-permission': 'The file may not be read',
  gone: 'The file is no longer there.',
  'bad-name': 'The name of the file can’t be used.',
  unsupported: 'This format can’t be read here',
  pointer: 'The file’s content has not been fetched',
};

const inWords = ({ reason, detail }: ImageProblem): string =>
  words[reason].endsWith('.') ? words[reason] : `${words[reason]}${detail && ` (${detail})`}.`;
