import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ownedPackages, rooms, roomsWithoutNode } from '../../../scripts/lib/rooms.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const src = join(root, 'src');
const slashed = path => path.split(sep).join('/');

/**
 * Every module that a file names: imports, re-exports, `import()`, `require()`, `import('…').Type`.
 * @returns {{ specifier: string; isType: boolean }[]}
 */
function importsOf(fileName, text) {
  const found = [];
  const add = (node, isType) => {
    if (node && ts.isStringLiteralLike(node)) found.push({ specifier: node.text, isType });
  };
  const visit = node => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node)) {
      const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
      if (isRequire || node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true));
  return found;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map(slashed)
  .filter(file => file.endsWith('.ts'));
/** File below src → what it imports; `target` is a file below src, absent for packages. */
const graph = new Map(
  files.map(file => [
    file,
    importsOf(file, readFileSync(join(src, file), 'utf8')).map(({ specifier, isType }) => {
      if (!specifier.startsWith('.')) return { specifier, isType };
      const base = slashed(normalize(join(dirname(file), specifier)));
      return { specifier, isType, target: [`${base}.ts`, `${base}/index.ts`, base].find(name => files.includes(name)) ?? base };
    }),
  ]),
);
const roomOf = file => file.split('/')[0];
const each = check =>
  [...graph].flatMap(([file, imports]) => imports.flatMap(one => (check(file, one) ? [`${file} → ${one.specifier}`] : [])));

/** @returns {string[][]} the strongly connected parts of more than one file, and files that import themselves (Tarjan 1972) */
function cyclesOf(edges) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const cycles = [];
  const visit = node => {
    order.set(node, order.size);
    low.set(node, order.get(node));
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node), low.get(next)));
      } else if (stack.includes(next)) {
        low.set(node, Math.min(low.get(node), order.get(next)));
      }
    }
    if (low.get(node) === order.get(node)) {
      const part = stack.splice(stack.indexOf(node));
      if (part.length > 1 || (edges.get(node) ?? []).includes(node)) cycles.push(part.sort());
    }
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

describe('the finder itself', () => {
  it('sees every way to name a module', () => {
    const text = `import { a } from './a'; import type { B } from './b'; export * from './c'; export type { D } from './d';
      const e = await import('./e'); const f = require('./f'); let g: import('./g').G;`;
    expect(importsOf('x.ts', text).map(({ specifier, isType }) => `${specifier}${isType ? ' type' : ''}`)).toEqual([
      './a',
      './b type',
      './c',
      './d type',
      './e',
      './f',
      './g type',
    ]);
  });

  it('finds a cycle of three and one of one, and none in a diamond', () => {
    const edges = pairs => new Map(Object.entries(pairs));
    expect(cyclesOf(edges({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] }))).toEqual([['a', 'b', 'c']]);
    expect(cyclesOf(edges({ a: ['a'] }))).toEqual([['a']]);
    expect(cyclesOf(edges({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });
});

describe('rooms', () => {
  it('are the folders of src, and nothing lies beside them', () => {
    expect(readdirSync(src).sort()).toEqual(Object.keys(rooms).sort());
  });

  it('reference in their tsconfig exactly the rooms they may import', () => {
    for (const [room, allowed] of Object.entries(rooms)) {
      const { config } = ts.readConfigFile(join(src, room, 'tsconfig.json'), path => readFileSync(path, 'utf8'));
      expect([room, config.references.map(({ path }) => path.replace('../', '')).sort()]).toEqual([room, [...allowed].sort()]);
    }
  });

  it('import only themselves and the rooms they may', () => {
    const isForbidden = (file, { target }) =>
      target !== undefined && roomOf(target) !== roomOf(file) && !rooms[roomOf(file)].includes(roomOf(target));
    expect(each(isForbidden)).toEqual([]);
  });

  it('import only files that exist', () => {
    const exists = target => files.includes(target) || !/(^|\/)[^./]+$/.test(target);
    expect(each((_, { target }) => target !== undefined && !exists(target))).toEqual([]);
  });

  it('leave vscode, sharp and ONNX Runtime to their owners', () => {
    const packageOf = specifier =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
    const isForeign = (file, { specifier }) => (ownedPackages[packageOf(specifier)] ?? roomOf(file)) !== roomOf(file);
    expect(each(isForeign)).toEqual([]);
  });

  it('name Node modules with node:, and only where Node is', () => {
    expect(each((_, { specifier }) => builtinModules.includes(specifier))).toEqual([]);
    expect(each((file, { specifier }) => specifier.startsWith('node:') && roomsWithoutNode.includes(roomOf(file)))).toEqual([]);
  });

  it('hold no cycles between files (type-only imports aside: they do not exist at run time)', () => {
    const edges = new Map(
      [...graph].map(([file, imports]) => [file, imports.flatMap(({ target, isType }) => (target && !isType ? [target] : []))]),
    );
    expect(cyclesOf(edges)).toEqual([]);
  });
});

describe('files', () => {
  it('stay within about 400 lines', () => {
    const lines = file => readFileSync(join(src, file), 'utf8').split('\n').length;
    expect(files.filter(file => lines(file) > 440).map(file => `${relative(root, join(src, file))}: ${lines(file)}`)).toEqual([]);
  });
});
