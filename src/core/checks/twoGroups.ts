/**
 * Which of many scores belong to things that do not fit, where the scores of things that surely do not fit are known too (any image with
 * a caption drawn at random). Two groups: the share π of the judged that is like the misfits, the rest unknown but better. Efron, "Size,
 * power and false discovery rates", Annals of Statistics 2007: the local false discovery rate π·f₀/f. As ranks among the misfits, f₀ is
 * uniform, and f rises from misfits to fits, so it is estimated as a rising step function (Grenander, 1956): the slopes of the greatest
 * convex minorant of the ranks' distribution.
 */
export interface TwoGroups {
  /** Of each judged thing, 0…1: how likely it is no better than the misfits. */
  readonly chances: Float64Array;
  /** The estimated share of things that don't fit. */
  readonly share: number;
  /** How far the judged lie above the misfits: the chance that one of the judged beats a misfit; ½ = nothing was learned. */
  readonly auc: number;
}

/** Of the misfits, this share lies below the point where their number is estimated (Storey, 2002). */
const TAIL = 0.5;

/**
 * @param ranks one a judged thing: the share of misfits that it beats, 0…1
 */
export function twoGroups(ranks: ArrayLike<number>): TwoGroups {
  const count = ranks.length;
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => ranks[a] - ranks[b]);
  const auc = count === 0 ? 0.5 : order.reduce((sum, i) => sum + ranks[i], 0) / count;
  const low = order.reduce((sum, i) => sum + Number(ranks[i] <= TAIL), 0);
  const share = count === 0 ? 0 : Math.min(1, low / (TAIL * count));
  // Points of the distribution function; hull[k] is the number of ranks up to its point.
  const points: { readonly x: number; readonly y: number }[] = [{ x: 0, y: 0 }];
  order.forEach((i, k) => {
    const [x, y] = [Math.max(ranks[i], 1e-9), (k + 1) / count];
    // Equal ranks are one step.
    if (points.at(-1)!.x === x) points.pop();
    points.push({ x, y });
  });
  if (points.at(-1)!.x < 1) points.push({ x: 1, y: 1 });
  const hull: { readonly x: number; readonly y: number }[] = [];
  for (const point of points) {
    while (hull.length > 1 && slope(hull[hull.length - 2], hull[hull.length - 1]) >= slope(hull[hull.length - 1], point)) {
      hull.pop();
    }
    hull.push(point);
  }
  const chances = new Float64Array(count);
  let segment = 1;
  for (const i of order) {
    while (segment < hull.length - 1 && hull[segment].x < ranks[i]) segment++;
    const density = hull.length > 1 ? slope(hull[segment - 1], hull[segment]) : 1;
    chances[i] = density > 0 ? Math.min(1, share / density) : 1;
  }
  return { chances, share, auc };
}

const slope = (a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): number =>
  (b.y - a.y) / (b.x - a.x);
