/** Finds every text that the user can see and that therefore needs a translation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The command line speaks English. */
const rooms = ['core', 'workspace', 'engine', 'extension', 'webview'];
/** Their first argument is a text: the translate function by any way to reach it, and notes that are translated later. */
const translating = new Set(['t', 'note']);

/** @param {string} source @param {string} file @returns {Set<string>} */
export function textsIn(source, file = 'file.ts') {
  const texts = new Set();
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const nameOf = node => (ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) ? node.name.text : '');
  /** Every literal that an expression may evaluate to. */
  const literals = node => {
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isParenthesizedExpression(node)) return literals(node.expression);
    if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return literals(node.left).flatMap(left => literals(node.right).map(right => left + right));
    }
    return [];
  };
  const tableTexts = node => {
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return tableTexts(node.expression);
    if (!ts.isObjectLiteralExpression(node)) return [];
    return node.properties.flatMap(property => (ts.isPropertyAssignment(property) ? literals(property.initializer) : []));
  };
  const visit = node => {
    if (ts.isCallExpression(node) && node.arguments.length > 0 && translating.has(nameOf(node.expression))) {
      for (const text of literals(node.arguments[0])) texts.add(text);
    }
    // Tables of sentences: `findingMessages`, `workspaceMessages` …
    if (ts.isVariableDeclaration(node) && /Messages$/.test(nameOf(node.name)) && node.initializer) {
      for (const text of tableTexts(node.initializer)) texts.add(text);
    }
    // Tables of core whose titles are keys: commands and finding kinds.
    if (/core\/(commands|findings\/kinds|checks\/checkKinds)\.ts$/.test(file) && ts.isPropertyAssignment(node)) {
      if (['title', 'description'].includes(node.name.getText(tree))) {
        for (const text of literals(node.initializer)) texts.add(text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

/** @returns {string[]} sorted */
export function allTexts() {
  const texts = new Set();
  for (const room of rooms) {
    const folder = join(root, 'src', room);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const file = join(folder, name);
      for (const text of textsIn(readFileSync(file, 'utf8'), file.replaceAll('\\', '/'))) texts.add(text);
    }
  }
  return [...texts].sort();
}
