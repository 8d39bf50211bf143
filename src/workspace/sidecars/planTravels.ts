import type { BigIntStats } from 'node:fs';
import { sidecarMessages as messages } from '../../core/curation/sidecarMessages';
import { note } from '../../core/dataset/note';
import type { Note } from '../../core/dataset/note';
import type { Step } from '../journal/entry';
import { isNote, MoveChecks, planEdit, type PlannedMove, type SeenFile } from '../journal/planSteps';
import { findCompanions, type Companions, type Travel } from './companions';

/** An image on its way, as the scan saw it. */
export interface SeenTravel extends Omit<Travel, 'image'> {
  readonly file: SeenFile;
  /** Where it was looked into already. */
  readonly planned?: PlannedMove;
}

export interface PlannedTravels {
  /** An image with all that goes along is one unit; images with rows in one list are one together. */
  readonly steps: readonly Step[];
  readonly seen: ReadonlyMap<Step, BigIntStats>;
  /** Images that stay, each with its reason. */
  readonly refused: readonly { readonly path: string; readonly note: Note }[];
  /** Those that go. */
  readonly images: readonly string[];
}

/**
 * Plans moves of images with their sidecars and rows; what can't be taken along holds its image back, and it alone. Changes nothing.
 *
 * @param trashPlace Where a file of a travel without `to` goes, by its number among those that do.
 */
export async function planTravels(
  root: string,
  travels: readonly SeenTravel[],
  trashPlace: (path: string, index: number) => string = path => path,
): Promise<PlannedTravels> {
  const checks = new MoveChecks(root);
  const planned = new Map<string, PlannedMove | Note>();
  const refused = new Map<string, Note>();
  let trashed = 0;
  const plan = async (file: SeenFile, to: string | undefined, known?: PlannedMove): Promise<PlannedMove | Note> => {
    const key = JSON.stringify([file.path, to]);
    let result = planned.get(key);
    if (!result) planned.set(key, (result = known ?? (await checks.plan(file, to ?? trashPlace(file.path, trashed++)))));
    return result;
  };
  // Two that would go to one place: the second stays.
  const targets = new Set<string>();
  for (const { file, to } of travels) {
    if (to === undefined) continue;
    if (targets.has(to)) refused.set(file.path, note(messages.sameTarget, file.path, to));
    targets.add(to);
  }
  await inSlices(travels, async ({ file, to, planned: known }) => {
    const own = await plan(file, to, known);
    if (isNote(own)) refused.set(file.path, own);
  });
  for (;;) {
    const left = travels.filter(({ file }) => !refused.has(file.path));
    const before = refused.size;
    const companions = await findCompanions(
      root,
      left.map(({ file, planned: _, ...rest }) => ({ ...rest, image: file.path })),
    );
    for (const [image, why] of companions.refused) refused.set(image, why);
    await inSlices([...companions.files], async ([image, files]) => {
      for (const { from, to } of files) {
        const sidecar = await plan({ path: from }, to);
        if (isNote(sidecar)) refused.set(image, sidecar);
      }
    });
    if (refused.size > before) continue;
    const made = await stepsOf(root, left, companions, (path, to) => planned.get(JSON.stringify([path, to])) as PlannedMove);
    for (const [image, why] of made.refused) refused.set(image, why);
    if (refused.size > before) continue;
    const shown = [...refused].map(([path, why]) => ({ path, note: why }));
    return { steps: made.steps, seen: made.seen, refused: shown, images: left.map(({ file }) => file.path) };
  }
}

/** How many files are looked into at once. */
const sliceLength = 32;

async function inSlices<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += sliceLength) await Promise.all(items.slice(i, i + sliceLength).map(job));
}

async function stepsOf(
  root: string,
  travels: readonly SeenTravel[],
  { files, edits }: Companions,
  moveOf: (path: string, to: string | undefined) => PlannedMove,
): Promise<{ readonly steps: Step[]; readonly seen: Map<Step, BigIntStats>; readonly refused: Map<string, Note> }> {
  const units = new Units(travels.map(({ file }) => file.path));
  for (const { images } of edits) {
    const [first, ...others] = images;
    for (const other of others) units.join(first, other);
  }
  const steps: Step[] = [];
  const seen = new Map<Step, BigIntStats>();
  const refused = new Map<string, Note>();
  for (const { file, to } of travels) {
    const moves = [moveOf(file.path, to), ...(files.get(file.path) ?? []).map(each => moveOf(each.from, each.to))];
    for (const { step, stats } of moves) {
      const whole = { ...step, unit: units.numberOf(file.path) };
      steps.push(whole);
      seen.set(whole, stats);
    }
  }
  for (const { path, text, splices, images } of edits) {
    const edit = await planEdit(root, path, text, splices);
    const [first] = images;
    if (edit) steps.push({ ...edit, unit: units.numberOf(first) });
    else for (const image of images) refused.set(image, note(messages.listLink, image, path));
  }
  return { steps, seen, refused };
}

/** Images that hang together, numbered. */
class Units {
  private readonly parents = new Map<string, string>();
  private readonly numbers = new Map<string, number>();

  constructor(images: readonly string[]) {
    for (const image of images) this.parents.set(image, image);
  }

  join(a: string, b: string): void {
    this.parents.set(this.find(a), this.find(b));
  }

  numberOf(image: string): number {
    const top = this.find(image);
    let number = this.numbers.get(top);
    if (number === undefined) this.numbers.set(top, (number = this.numbers.size));
    return number;
  }

  private find(image: string): string {
    let at = image;
    for (let parent = this.parents.get(at); parent !== undefined && parent !== at; parent = this.parents.get(at)) {
      this.parents.set(at, this.parents.get(parent)!);
      at = parent;
    }
    return at;
  }
}
