/** What the pairs say of one class. */
export interface ClassRow {
  readonly label: string;
  readonly images: number;
  /** Pairs under the threshold of two images of the class. */
  readonly within: number;
  /** Pairs under the threshold of one image of the class and one of another. */
  readonly across: number;
  /** The class that most of those are with; the first by name of several. */
  readonly mostWith?: { readonly label: string; readonly pairs: number };
  /** Answered pairs that touch the class, and how many of them the threshold puts on the side that the answer says. */
  readonly answered: number;
  readonly agreeing: number;
}

/** An answered pair of two images, by index. Infinitely far apart where the pairs were not listed. */
export interface AnsweredImages {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
  readonly similar: boolean;
}

export interface ClassTableInput {
  /** Of each image, by index. Undefined: it has none, and counts nowhere. */
  readonly labels: readonly (string | undefined)[];
  /** Pairs under the threshold: images by row. */
  readonly pairs: number;
  readonly a: (row: number) => number;
  readonly b: (row: number) => number;
  readonly answers: readonly AnsweredImages[];
  readonly threshold: number;
}

/** One row a class, by name. */
export function classTable({ labels, pairs, a, b, answers, threshold }: ClassTableInput): ClassRow[] {
  const names = [...new Set(labels.filter(label => label !== undefined))].sort();
  const numberOf = new Map(names.map((label, i) => [label, i]));
  const classOf = Int32Array.from(labels, label => (label === undefined ? -1 : numberOf.get(label)!));
  const count = names.length;
  const images = new Uint32Array(count);
  for (const number of classOf) if (number >= 0) images[number]++;

  const within = new Uint32Array(count);
  const across = new Uint32Array(count);
  const between = new Map<number, number>();
  for (let row = 0; row < pairs; row++) {
    const [x, y] = [classOf[a(row)], classOf[b(row)]];
    if (x < 0 || y < 0) continue;
    if (x === y) {
      within[x]++;
      continue;
    }
    across[x]++;
    across[y]++;
    const key = Math.min(x, y) * count + Math.max(x, y);
    between.set(key, (between.get(key) ?? 0) + 1);
  }

  const most = new Map<number, { readonly other: number; readonly pairs: number }>();
  const offer = (one: number, other: number, number: number): void => {
    const best = most.get(one);
    if (!best || number > best.pairs || (number === best.pairs && other < best.other)) most.set(one, { other, pairs: number });
  };
  for (const [key, number] of between) {
    const [x, y] = [Math.floor(key / count), key % count];
    offer(x, y, number);
    offer(y, x, number);
  }

  const answered = new Uint32Array(count);
  const agreeing = new Uint32Array(count);
  const limit = Math.fround(threshold);
  for (const { a: first, b: second, distance, similar } of answers) {
    const agrees = distance <= limit === similar;
    for (const number of new Set([classOf[first], classOf[second]])) {
      if (number < 0) continue;
      answered[number]++;
      if (agrees) agreeing[number]++;
    }
  }

  return names.map((label, i) => {
    const best = most.get(i);
    return {
      label,
      images: images[i],
      within: within[i],
      across: across[i],
      ...(best && { mostWith: { label: names[best.other], pairs: best.pairs } }),
      answered: answered[i],
      agreeing: agreeing[i],
    };
  });
}
