import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allCommandNames, commands } from '../../../src/core/commands';
import { imageKindOf } from '../../../src/core/dataset/imageFiles';
import { allFindingKinds, findingKinds } from '../../../src/core/findings/kinds';
import { runtimeNames } from '../../../src/core/training/names';
import { parseSettings } from '../../../src/core/settings/parseSettings';
import { defaultScanSettings } from '../../../src/core/settings/scanSettings';
import {
  actionSettings,
  contextKeys,
  imageExtensionPattern,
  labelingViewType,
  machineSettings,
  pairsPanelType,
  settingRanges,
  startViewType,
  trainSettings,
} from '../../../src/extension/contributions';
import { presetSeconds } from '../../../src/extension/training/trainSettings';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as unknown;
const isRuntime = (name: string) => (runtimeNames as readonly string[]).includes(name);

interface Setting {
  readonly type?: string;
  readonly anyOf?: readonly { type: string; minimum?: number; maximum?: number }[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default: unknown;
  readonly scope: string;
  readonly properties?: Record<string, { enum: string[]; default: string; description: string }>;
}
interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
const manifest = read('package.json') as {
  displayName: string;
  description: string;
  icon: string;
  l10n: string;
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; description: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: string; description: string };
  };
  contributes: {
    commands: { command: string; title: string; category?: string; icon?: string }[];
    menus: Record<string, MenuItem[]>;
    submenus: { id: string; label: string }[];
    keybindings: { command: string; key: string; when: string }[];
    configuration: { properties: Record<string, Setting> };
    views: Record<string, { id: string; when?: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
  };
};
const english = read('package.nls.json') as Record<string, string>;
const chinese = read('package.nls.zh-cn.json') as Record<string, string>;
const { contributes } = manifest;
const settings = contributes.configuration.properties;
const ids = allCommandNames.map(name => commands[name].id);
const whenClauses = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].flatMap(({ when }) => when ?? []);

describe('commands', () => {
  test('package.json has those of the table, no others, with their titles', () => {
    const expected = allCommandNames.map(name => {
      const { id, title, standsAlone } = { standsAlone: undefined, ...commands[name] };
      return { command: id, title: standsAlone ? `Twinlint: ${title}` : title, category: standsAlone ? undefined : 'Twinlint' };
    });
    const found = contributes.commands.map(({ command, title, category }) => ({
      command,
      title: english[title.replaceAll('%', '')],
      category,
    }));
    expect(found).toEqual(expected);
  });

  test('menus and keybindings name only commands of the table', () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].flatMap(item => item.command ?? []);
    expect(named.filter(command => !ids.includes(command as never))).toEqual([]);
  });

  test('only the hidden ones are kept out of the palette altogether', () => {
    const never = contributes.menus.commandPalette.filter(item => item.when === 'false').map(item => item.command);
    expect(never).toEqual(allCommandNames.filter(name => 'hidden' in commands[name]).map(name => commands[name].id));
  });

  test('keyboard shortcuts hold in the panel only', () => {
    expect(contributes.keybindings.length).toBeGreaterThan(0);
    for (const { when } of contributes.keybindings) expect(when).toContain(`activeWebviewPanelId == ${pairsPanelType}`);
  });

  test('what writes is offered in trusted workspaces only', () => {
    const { notDuplicate, keepThis, relabel, labelIsRight, moveGroupToTrain } = commands;
    const writing = [notDuplicate, keepThis, relabel, labelIsRight, moveGroupToTrain].map(({ id }) => id) as string[];
    const places = Object.values(contributes.menus)
      .flat()
      .filter(item => writing.includes(item.command ?? ''));
    expect(places.length).toBeGreaterThanOrEqual(6);
    for (const { when } of places) expect(when).toContain('isWorkspaceTrusted');
  });

  test('the actions of a finding stand in the image’s title bar and in the Explorer', () => {
    const actions = [commands.showTwins.id, commands.notDuplicate.id, commands.keepThis.id, commands.openBoth.id];
    for (const menu of ['editor/title', 'twinlint.image']) {
      expect(contributes.menus[menu].map(item => item.command)).toEqual(expect.arrayContaining(actions));
    }
    const explorer = contributes.menus['explorer/context'];
    const submenu = explorer.find(item => item.submenu === 'twinlint.image');
    expect(submenu?.when).toContain(`resourcePath in ${contextKeys.imagesWithFindings}`);
    expect(explorer.map(item => item.command)).toEqual(
      expect.arrayContaining([commands.findSimilarImages.id, commands.findSimilarToImage.id, commands.compareSelected.id]),
    );
  });
});

describe('what stands in empty views', () => {
  const { views, viewsWelcome } = contributes;
  const ours = views.twinlint.map(({ id }) => id);

  test('is said of no folder, none on disk, no trust and no scan, in the view that is shown then', () => {
    expect(ours).toEqual([labelingViewType, startViewType]);
    const states = viewsWelcome.filter(({ view }) => view === startViewType).map(({ when }) => when ?? '');
    for (const key of ['workspaceFolderCount == 0', 'virtualWorkspace', '!isWorkspaceTrusted', `!${contextKeys.hasScan}`]) {
      expect(states.filter(when => when.includes(key))).not.toEqual([]);
    }
    // Besides VS Code's own view of no folder.
    expect(new Set(viewsWelcome.map(({ view }) => view))).toEqual(new Set([startViewType, 'explorer']));
  });

  test('leads on by a button, to commands that are there, the same in both languages', () => {
    for (const { contents } of viewsWelcome) {
      const key = contents.replaceAll('%', '');
      const targets = (text: string): string[] =>
        [...text.matchAll(/^\[[^\]]+\]\(command:([^)?]+)[^)]*\)$/gm)].map(match => match[1]);
      const named = targets(english[key]);
      expect(named.length).toBeGreaterThan(0);
      expect(targets(chinese[key])).toEqual(named);
      for (const command of named.filter(name => name.startsWith('twinlint.'))) expect(ids).toContain(command);
    }
  });
});

describe('when-clauses', () => {
  test('name only context keys of ours that are set', () => {
    const known = new Set<string>([...Object.values(contextKeys), pairsPanelType, labelingViewType]);
    const named = whenClauses.flatMap(when => when.match(/twinlint\.\w+/g) ?? []);
    expect([...new Set(named)].filter(key => !known.has(key))).toEqual([]);
  });

  test('every context key of ours is used', () => {
    const all = whenClauses.join(' ');
    expect(Object.values(contextKeys).filter(key => !all.includes(key))).toEqual([]);
  });

  test('tell images by the extensions that a scan reads or names', () => {
    const patterns = new Set(whenClauses.flatMap(when => when.match(/resourceExtname =~ (\/.*?\/i)/)?.[1] ?? []));
    expect([...patterns]).toEqual([imageExtensionPattern]);
    const pattern = new RegExp(imageExtensionPattern.slice(1, -2), 'i');
    for (const extension of ['.png', '.JPG', '.tiff', '.heic', '.txt', '.pngx', '.jp', 'png']) {
      expect(pattern.test(extension), extension).toBe(imageKindOf(`a${extension}`) !== undefined);
    }
  });

  test('take files on a desktop and on a server', () => {
    for (const { when } of contributes.menus['explorer/context']) {
      expect(when).toContain('resourceScheme =~ /^(file|vscode-remote)$/');
    }
  });
});

describe('settings', () => {
  const allDefaults = { ...defaultScanSettings, ...machineSettings, ...trainSettings, ...actionSettings };

  test('package.json has those of a scan, of this machine and of trainings, no others', () => {
    expect(Object.keys(settings)).toEqual(Object.keys(allDefaults).map(key => `twinlint.${key}`));
  });

  test('defaults are the ones of a scan', () => {
    for (const [key, value] of Object.entries(allDefaults)) {
      expect(settings[`twinlint.${key}`].default, key).toEqual(value);
    }
  });

  test('those of a scan can differ by folder; those of the machine can not be set by a workspace', () => {
    for (const key of Object.keys(defaultScanSettings)) expect(settings[`twinlint.${key}`].scope, key).toBe('resource');
    for (const key of Object.keys(machineSettings)) expect(settings[`twinlint.${key}`].scope, key).toBe('machine');
  });

  test('ranges are the documented ones, and what they allow is what a scan takes', () => {
    for (const [key, { minimum, maximum }] of Object.entries(settingRanges)) {
      const setting = settings[`twinlint.${key}`];
      const numeric = setting.anyOf?.find(({ type }) => type === 'number') ?? setting;
      expect({ minimum: numeric.minimum, maximum: numeric.maximum }, key).toEqual({ minimum, maximum });
      if (!(key in defaultScanSettings)) continue;
      for (const value of [minimum, maximum]) expect(parseSettings({ [key]: value }, 'x').notes, `${key} ${value}`).toEqual([]);
    }
  });

  test('choices are the ones that a scan takes', () => {
    for (const value of settings['twinlint.pairs'].enum!) {
      expect(parseSettings({ pairs: value }, 'x').settings).toEqual({ pairs: value });
    }
    const severity = settings['twinlint.severity'].properties!;
    expect(Object.keys(severity)).toEqual(allFindingKinds);
    for (const kind of allFindingKinds) {
      expect(severity[kind].default).toBe(findingKinds[kind].severity);
      for (const value of severity[kind].enum) {
        expect(parseSettings({ severity: { [kind]: value } }, 'x').settings).toEqual({ severity: { [kind]: value } });
      }
      expect(severity[kind].enum).not.toContain('hint');
    }
  });

  test('what trainings run on is this machine’s own business, and every choice of it is one', () => {
    expect(settings['twinlint.train.runtime'].scope).toBe('machine');
    expect(settings['twinlint.train.runtime'].enum!.filter(name => name !== 'auto' && !isRuntime(name))).toEqual([]);
    expect(settings['twinlint.train.preset'].enum).toEqual(Object.keys(presetSeconds));
  });

  test('an untrusted workspace cannot name paths or raise limits', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    expect(restricted).toEqual(expect.arrayContaining(['twinlint.labels', 'twinlint.maxPixels', 'twinlint.trashFolder']));
    expect(restricted.filter(key => !(key in settings))).toEqual([]);
  });
});

describe('the manifest', () => {
  const keys = JSON.stringify(manifest)
    .match(/%[\w.-]+%/g)!
    .map(key => key.slice(1, -1));

  test('every text of package.json is there in both languages, and none is left over', () => {
    const used = [...new Set(keys)].sort();
    expect(Object.keys(english).sort()).toEqual(used);
    expect(Object.keys(chinese).sort()).toEqual(used);
    expect(Object.entries({ ...english, ...chinese }).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('Chinese texts are Chinese', () => {
    const untranslated = Object.keys(chinese).filter(key => !/\p{Script=Han}/u.test(chinese[key]));
    expect(untranslated).toEqual(['menu.image']);
  });

  test('kinds in the settings have the words of the table', () => {
    for (const kind of allFindingKinds) {
      expect(english[`kind.${kind}`]).toBe(`${findingKinds[kind].title}: ${findingKinds[kind].description}`);
    }
  });

  test('says what it does without trust and on virtual file systems', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    expect(untrustedWorkspaces.supported).toBe('limited');
    expect(english[untrustedWorkspaces.description.replaceAll('%', '')]).toMatch(/Nothing is written/);
    expect(virtualWorkspaces.supported).toBe('limited');
    expect(english[virtualWorkspaces.description.replaceAll('%', '')]).toMatch(/virtual/);
  });

  test('the icon is a PNG of at least 128 pixels', () => {
    const bytes = readFileSync(new URL(`../../../${manifest.icon}`, import.meta.url));
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([256, 256]);
  });
});
