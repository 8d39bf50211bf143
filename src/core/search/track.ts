import { csvLine } from '../report/csvReport';
import { round6 } from '../report/scanReport';
import type { Box } from './box';

/** `lost`: hidden, or gone from the picture. */
export type FrameStatus = 'tracked' | 'lost' | 'unreadable';

export interface TrackedFrame {
  /** With `/`, relative to the folder. */
  readonly path: string;
  readonly number?: number;
  readonly status: FrameStatus;
  /** Of the image; 0 where it can't be read. */
  readonly width: number;
  readonly height: number;
  /** Where it was tracked. */
  readonly box?: Box;
  /** 0…1; of a lost frame, of the best place in it. */
  readonly score?: number;
  /** To the last frame kept before it, 0…1: how much the box moved or what is in it changed. Absent for the first and where it is lost. */
  readonly change?: number;
}

/**
 * Which frames to keep so that each dropped one is near the last kept before it: those whose change is larger than `most`. Frames without a
 * box are kept, since nothing is known of them.
 */
export const isKept = ({ change }: TrackedFrame, most: number): boolean => change === undefined || change > most;

/** COCO's detection format, with the score and a track's number for each box. */
export function cocoOf(frames: readonly TrackedFrame[], toolVersion: string): string {
  const images = frames.map(({ path, width, height, number, status }, i) => ({
    id: i + 1,
    file_name: path,
    width,
    height,
    ...(number !== undefined && { frame: number }),
    status,
  }));
  const annotations = frames.flatMap(({ box, score }, i) =>
    box
      ? [
          {
            image_id: i + 1,
            category_id: 1,
            track_id: 1,
            bbox: [box.x, box.y, box.width, box.height],
            area: box.width * box.height,
            iscrowd: 0,
            score: round6(score ?? 0),
          },
        ]
      : [],
  );
  const coco = {
    info: { description: `Track by twinlint ${toolVersion}` },
    images,
    annotations: annotations.map((each, i) => ({ id: i + 1, ...each })),
    categories: [{ id: 1, name: 'object' }],
  };
  return `${JSON.stringify(coco, undefined, 2)}\n`;
}

/** One frame a line; without a box, its fields are empty. */
export function trackCsv(frames: readonly TrackedFrame[], most?: number): string {
  const header = [
    'frame',
    'path',
    'status',
    'x',
    'y',
    'width',
    'height',
    'score',
    ...(most === undefined ? [] : ['change', 'keep']),
  ];
  const rows = frames.map(frame => {
    const { number, path, status, box, score, change } = frame;
    const numbers = box ? [box.x, box.y, box.width, box.height] : ['', '', '', ''];
    const thin = most === undefined ? [] : [change === undefined ? '' : round6(change), isKept(frame, most) ? 'yes' : 'no'];
    return csvLine([number ?? '', path, status, ...numbers, score === undefined ? '' : round6(score), ...thin]);
  });
  return csvLine(header) + rows.join('');
}
