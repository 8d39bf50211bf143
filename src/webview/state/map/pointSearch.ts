import type { Projection } from './projection';

/** Points of a map on the screen, of which some are hidden. */
export interface Points {
  /** Places, x and y in turn. */
  readonly xy: Float32Array;
  readonly projection: Projection;
  /** 1 for each point that can be seen. */
  readonly visible: Uint8Array;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

export const screenPlace = ({ xy, projection: { scale, x, y } }: Points, point: number): Point => ({
  x: xy[2 * point] * scale + x,
  y: xy[2 * point + 1] * scale + y,
});

/** The point nearest to a place of the screen, up to a distance in pixels; −1 where there is none. */
export function nearestPoint(points: Points, at: Point, within = Infinity): number {
  let [best, bestSquare] = [-1, within ** 2];
  for (let point = 0; point < points.visible.length; point++) {
    if (!points.visible[point]) continue;
    const { x, y } = screenPlace(points, point);
    const square = (x - at.x) ** 2 + (y - at.y) ** 2;
    if (square <= bestSquare && (best < 0 || square < bestSquare)) [best, bestSquare] = [point, square];
  }
  return best;
}

const headings: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/**
 * The next point from one in a direction: of those within 45° of it, the one nearest, where what lies aside counts twice. Points in the very same
 * place come first, one after the other, so that all can be reached. The point itself where there is no other.
 */
export function pointTowards(points: Points, from: number, direction: Direction): number {
  const { xy, visible } = points;
  const forth = direction === 'right' || direction === 'down';
  const isHere = (point: number): boolean => xy[2 * point] === xy[2 * from] && xy[2 * point + 1] === xy[2 * from + 1];
  for (let point = from + (forth ? 1 : -1); point >= 0 && point < visible.length; point += forth ? 1 : -1) {
    if (visible[point] && isHere(point)) return point;
  }
  const heading = headings[direction];
  const start = screenPlace(points, from);
  let [best, bestReach] = [from, Infinity];
  for (let point = 0; point < visible.length; point++) {
    if (!visible[point] || point === from) continue;
    const { x, y } = screenPlace(points, point);
    const ahead = (x - start.x) * heading.x + (y - start.y) * heading.y;
    const aside = Math.abs((x - start.x) * heading.y) + Math.abs((y - start.y) * heading.x);
    if (ahead <= 0 || aside > ahead) continue;
    // Of several in one place that end from which the walk through them begins.
    const reach = Math.hypot(ahead, 2 * aside);
    if (reach < bestReach || (reach === bestReach && !forth)) [best, bestReach] = [point, reach];
  }
  return best;
}

/** The visible points inside a polygon of the screen (even–odd rule), closed by itself. */
export function pointsInside(points: Points, outline: readonly Point[]): number[] {
  const inside: number[] = [];
  if (outline.length < 3) return inside;
  for (let point = 0; point < points.visible.length; point++) {
    if (points.visible[point] && isInside(screenPlace(points, point), outline)) inside.push(point);
  }
  return inside;
}

/** Corners of the rectangle between two places; its edge belongs to it. */
export function rectangle(a: Point, b: Point): Point[] {
  const [left, right] = [Math.min(a.x, b.x) - 0.5, Math.max(a.x, b.x) + 0.5];
  const [top, bottom] = [Math.min(a.y, b.y) - 0.5, Math.max(a.y, b.y) + 0.5];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function isInside({ x, y }: Point, outline: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [a, b] = [outline[i], outline[j]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}
