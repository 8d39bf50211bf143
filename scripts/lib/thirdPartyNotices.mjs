import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const licenceFile = /^(licen[cs]e|copying|copyright|notice|third[-_]?party[-_]?notices?)([-._].*)?$/i;
const rule = '='.repeat(80);

/** What packages that ship no licence file but name MIT are under. */
const mit = holder => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Whom the projects' own licence files name, where the package names the person who published it. */
const holders = { 'onnxruntime-node': 'Microsoft Corporation', 'onnxruntime-common': 'Microsoft Corporation' };

/** @returns {string | undefined} the folder of the package that a bundled file is from; undefined for a file of our own */
export function packageFolderOf(file) {
  return /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'))?.[0];
}

/** @returns {string[]} the packages right below a node_modules folder */
export function packagesBelow(nodeModules) {
  if (!existsSync(nodeModules)) return [];
  return readdirSync(nodeModules)
    .filter(name => !name.startsWith('.'))
    .flatMap(name => (name.startsWith('@') ? readdirSync(join(nodeModules, name)).map(each => `${name}/${each}`) : [name]))
    .map(name => join(nodeModules, name))
    .filter(folder => existsSync(join(folder, 'package.json')));
}

/**
 * The licences of other people's packages in one text, by name.
 * @param {Iterable<string>} folders of packages; the same package twice is named once
 * @returns {string}
 * @throws Error where a package says nothing of its licence: then it may not be shipped
 */
export function thirdPartyNotices(folders) {
  const notices = new Map();
  for (const folder of folders) {
    const { name, version, license, author, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const title = `${name} ${version}`;
    if (!notices.has(title)) notices.set(title, noticeOf({ folder, name, title, license, author, homepage }));
  }
  if (notices.size === 0) throw new Error('No package to name the licence of: is the list of bundled packages right?');
  const sorted = [...notices.keys()].sort().map(title => notices.get(title));
  return `Twinlint contains the packages below, each under its own licence.\n\n${sorted.join('\n\n')}\n`;
}

function noticeOf({ folder, name: packageName, title, license, author, homepage }) {
  const names = readdirSync(folder).filter(name => licenceFile.test(name));
  // The README files under @img name the licences of the libraries inside libvips.
  if (/[\\/]@img[\\/]/.test(folder) && existsSync(join(folder, 'README.md'))) names.push('README.md');
  const texts = names.map(name => readFileSync(join(folder, name), 'utf8').trim());
  if (texts.length === 0 && license === undefined) throw new Error(`${title} has no licence file and names no licence`);
  if (names.every(name => name === 'README.md') && license === 'MIT') {
    const holder = holders[packageName] ?? (typeof author === 'string' ? author : author?.name) ?? `the authors of ${title}`;
    texts.unshift(mit(holder));
  }
  if (texts.length === 0) texts.push('The package holds no licence text of its own.');
  return [rule, `${title}${license ? ` (${license})` : ''}`, homepage, rule, '', texts.join(`\n\n${'-'.repeat(80)}\n\n`)]
    .filter(line => line !== undefined)
    .join('\n');
}
