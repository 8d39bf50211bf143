import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testModel } from '../engine/support/models';
import { picture } from '../engine/support/pictures';
import { buildCli } from './buildCli';
import { spawnCli } from './spawnCli';

let cli: string;
let work: string;
const run = (...args: string[]) => spawnCli(cli, args, { env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } }).ended;

/** A drawing of its own for each class, seen a little differently each time. */
async function drawing(label: number, view: number): Promise<Buffer> {
  const seen = await picture(label).png().toBuffer();
  const region = { left: 5 * view, top: 4 * view, width: 320 - 12 * view, height: 240 - 9 * view };
  return sharp(seen)
    .extract(region)
    .modulate({ brightness: 1 + 0.06 * view })
    .jpeg({ quality: 85 })
    .toBuffer();
}
const labels = ['apple', 'boat', 'chair'];

async function makeData(name: string): Promise<{ readonly inbox: string; readonly references: string }> {
  const [inbox, references] = ['inbox', 'references'].map(folder => join(work, name, folder));
  for (const [number, label] of labels.entries()) {
    mkdirSync(join(references, label), { recursive: true });
    mkdirSync(join(inbox, 'deep'), { recursive: true });
    for (const view of [0, 1]) writeFileSync(join(references, label, `${view}.jpg`), await drawing(number + 1, view));
    for (const view of [2, 3, 4]) {
      writeFileSync(join(inbox, view === 4 ? 'deep' : '', `${label}-${view}.jpg`), await drawing(number + 1, view));
    }
  }
  for (const stranger of [21, 22]) writeFileSync(join(inbox, `stranger-${stranger}.jpg`), await drawing(stranger, 0));
  return { inbox, references };
}

beforeAll(async () => {
  cli = await buildCli();
  const media = join(dirname(dirname(cli)), 'media');
  mkdirSync(media);
  for (const file of ['starter.twinmodel', 'search.weights']) copyFileSync(join('media', file), join(media, file));
  work = mkdtempSync(join(tmpdir(), 'twinlint-suggest-'));
});
afterAll(() => {
  for (const folder of [work, dirname(dirname(cli))]) rmSync(folder, { recursive: true, force: true });
});

interface SuggestJson {
  readonly suggestions: readonly { readonly path: string; readonly label: string | null; readonly confidence: number }[];
}

describe('suggest', () => {
  it('suggests the class of each image, and says what is like none, in the published schema', async () => {
    const { inbox, references } = await makeData('json');
    const { code, stdout, stderr } = await run('suggest', inbox, '--references', references, '--format', 'json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as SuggestJson;
    const schema = JSON.parse(
      readFileSync(new URL('../../../docs/schema/suggest-v1.schema.json', import.meta.url), 'utf8'),
    ) as object;
    expect(new Ajv({ strictTypes: false }).compile(schema)(result)).toBe(true);
    expect(result).toMatchObject({
      version: 1,
      encoder: { kind: 'starter', relation: 'same-picture' },
      classes: labels.map(label => ({ label, references: [`${label}/0.jpg`, `${label}/1.jpg`] })),
      trial: { judged: 6, right: 6 },
    });
    expect(result.suggestions).toHaveLength(11);
    for (const { path, label, confidence } of result.suggestions) {
      const own = labels.find(each => path.includes(each)) ?? null;
      expect([path, label]).toEqual([path, own]);
      expect(confidence >= 0.5).toBe(own !== null);
    }
  });

  it('moves what it is sure of to class folders, overwrites nothing, and undo brings all back', async () => {
    const { inbox, references } = await makeData('apply');
    mkdirSync(join(inbox, 'boat'));
    writeFileSync(join(inbox, 'boat', 'boat-2.jpg'), 'mine');
    const before = readdirSync(inbox, { recursive: true }).sort();
    const { code, stdout, stderr } = await run('suggest', inbox, '--references', references, '--apply');
    expect(stderr).toContain('boat-2.jpg was not moved: boat/boat-2.jpg exists already.');
    expect(stdout).toContain('Note: 1 images, such as boat/boat-2.jpg, could not be read and get no suggestion.');
    expect(code).toBe(1);
    expect(readdirSync(join(inbox, 'apple')).sort()).toEqual(['apple-2.jpg', 'apple-3.jpg', 'apple-4.jpg']);
    expect(readFileSync(join(inbox, 'boat', 'boat-2.jpg'), 'utf8')).toBe('mine');
    expect(existsSync(join(inbox, 'stranger-21.jpg'))).toBe(true);
    const undone = await run('undo', inbox);
    expect(undone.stdout).toBe('Undone: 8 images moved to 3 classes\n');
    const after = readdirSync(inbox, { recursive: true }).sort();
    expect(after.filter(file => /jpg$/.test(String(file)))).toEqual(before.filter(file => /jpg$/.test(String(file))));
  });

  it('as CSV and as text, with a limit of its own and fewer references', async () => {
    const { inbox, references } = await makeData('text');
    const options = ['--references', references, '--least-confidence', '1', '--shots', '1'];
    const csv = (await run('suggest', inbox, ...options, '--format', 'csv')).stdout.split('\r\n');
    expect(csv[0]).toBe('path,label,confidence,nearest,second,reference,similarity');
    expect(csv[1]).toMatch(/^apple-2\.jpg,,0\.\d+,apple,(boat|chair),apple\/0\.jpg,[01]\.?\d*$/);
    const { stdout } = await run('suggest', inbox, ...options);
    expect(stdout).toMatch(/^Unknown \(11\)\n/);
    expect(stdout).toContain(
      'By the encoder that comes with Twinlint. One reference a class: there is none to try the others on.\n',
    );
    expect(stdout).toMatch(/11 images: 0 with a suggestion of confidence 1 or more, 11 unknown\.\n$/);
  });

  it('leaves references below the folder alone, and classes without a readable image out', async () => {
    const { inbox } = await makeData('inside');
    const inside = join(inbox, 'references');
    for (const label of labels.slice(0, 2)) {
      mkdirSync(join(inside, label), { recursive: true });
      writeFileSync(join(inside, label, '0.jpg'), await drawing(labels.indexOf(label) + 1, 0));
    }
    mkdirSync(join(inside, 'broken'));
    writeFileSync(join(inside, 'broken', 'x.png'), 'no picture');
    writeFileSync(join(inside, 'loose.jpg'), await drawing(9, 0));
    const { code, stdout } = await run('suggest', inbox, '--references', inside);
    expect(code).toBe(0);
    expect(stdout).toContain(`1 images directly in ${inside} belong to no class folder and were left out.`);
    expect(stdout).toContain('The class broken is left out: none of its 1 references could be read.');
    expect(stdout).toContain('4 images to label are references themselves and get no suggestion.');
  });

  it('uses a model that was trained on classes; one of another relation only where it is named', async () => {
    const { inbox, references } = await makeData('models');
    const [classes, pictures] = ['classes', 'pictures'].map(name => join(work, `${name}.twinlint`));
    await testModel(classes, { name: 'my garments', relation: 'same-class' });
    await testModel(pictures);
    const encoderOf = async (...more: string[]) => {
      const { stdout } = await run('suggest', inbox, '--references', references, '--format', 'json', ...more);
      const { encoder, notes, suggestions } = JSON.parse(stdout) as SuggestJson & { encoder: object; notes: string[] };
      expect(suggestions).toHaveLength(11);
      return { encoder, notes };
    };
    expect(await encoderOf('--model', classes)).toEqual({
      encoder: { kind: 'model', name: 'my garments', relation: 'same-class' },
      notes: [],
    });
    expect(await encoderOf('--model', pictures)).toMatchObject({
      encoder: { kind: 'model', name: 'test', relation: 'same-picture' },
      notes: [expect.stringContaining('pictures.twinlint was trained to tell what is same-picture, not what is of one class')],
    });
    mkdirSync(join(inbox, '.twinlint'));
    writeFileSync(join(inbox, '.twinlint', 'config.json'), JSON.stringify({ model: pictures }));
    expect(await encoderOf()).toMatchObject({
      encoder: { kind: 'starter' },
      notes: [expect.stringContaining('the encoder that ships with Twinlint was used in its place')],
    });
  });

  it('says in one line what is wrong', async () => {
    const { inbox, references } = await makeData('wrong');
    const [empty, single] = [join(work, 'empty'), join(work, 'single')];
    mkdirSync(empty);
    mkdirSync(join(single, 'apple'), { recursive: true });
    writeFileSync(join(single, 'apple', '0.jpg'), await drawing(1, 0));
    const errors = [
      [['suggest', inbox], 'say where the references are: --references REFDIR, a folder with a folder for each class'],
      [['suggest', inbox, '--references', join(work, 'gone')], `there is no folder ${join(work, 'gone')}`],
      [
        ['suggest', inbox, '--references', empty],
        `There are no class folders with images in ${empty}: make a folder for each class there, with one to five images that show it.`,
      ],
      [
        ['suggest', inbox, '--references', single],
        `There is only one class with images in ${single}, apple: an image is told to be of one class by what sets it apart from others.`,
      ],
      [
        ['suggest', inbox, '--references', inbox],
        `The images to label and the references are one folder, ${inbox}: references stand in a folder of their own.`,
      ],
      [['suggest', empty, '--references', references], `There are no images to label in ${empty}.`],
      [
        ['suggest', inbox, '--references', references, '--least-confidence', '2'],
        '--least-confidence is "2", but must be a number from 0 to 1',
      ],
    ] as const;
    for (const [args, message] of errors) {
      const { code, stderr } = await run(...args);
      expect([stderr, code]).toEqual([`twinlint: ${message}\n`, 2]);
    }
  });
});
