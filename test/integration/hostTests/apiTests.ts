import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { relative, sep } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { limitText } from './lagWatch';
import { measured } from './measured';
import { findingsInProblems, linkOf, twinlint, until, workspaceFolder } from './twinlint';

const severityNames = ['error', 'warning', 'information', 'hint'];

interface CliFinding {
  readonly id: string;
  readonly kind: string;
  readonly path: string;
  readonly message: string;
  readonly severity: string;
  readonly related: readonly { readonly path: string; readonly distance: number }[];
}

const pathInFolder = (uri: vscode.Uri): string => relative(workspaceFolder().uri.fsPath, uri.fsPath).split(sep).join('/');

/** `dist/cli.js` of the installed extension, run as a person would. */
const scanWithCli = async (): Promise<readonly CliFinding[]> => {
  const { extension } = await twinlint();
  const cli = vscode.Uri.joinPath(extension.extensionUri, 'dist/cli.js').fsPath;
  // On the desktop, the host's executable is Electron.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const args = [cli, 'scan', workspaceFolder().uri.fsPath, '--format', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 28 });
  return (JSON.parse(stdout) as { findings: CliFinding[] }).findings;
};

/** The workspace: test/integration/harness/journey.ts. */
export const defineApiTests = (): void => {
  describe('the extension in its host', () => {
    it('activates, and says how long that took', async () => {
      const { api, extension } = await twinlint();
      assert.equal(extension.isActive, true);
      measured.push(`activate() took ${api.activationMs.toFixed(1)} ms (${limitText(api.activationMs, 50)})`);
      assert.ok(api.activationMs > 0);
    });

    it('starts no engine before it is asked for anything', async () => {
      const { api } = await twinlint();
      assert.equal(await api.engineStatus(), undefined);
    });

    it('registers every command it contributes', async () => {
      const { extension } = await twinlint();
      const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
      const registered = new Set(await vscode.commands.getCommands(true));
      const missing = manifest.contributes.commands.map(({ command }) => command).filter(command => !registered.has(command));
      assert.deepEqual(missing, []);
    });

    it('scans the workspace in a process of its own, with the native decoder and ONNX Runtime', async () => {
      const { api } = await twinlint();
      const summary = await api.scan();
      assert.ok(summary);
      assert.equal(summary.readable, summary.images - 1);
      const status = await api.engineStatus();
      assert.ok(status);
      assert.notEqual(status.pid, process.pid);
      assert.equal(status.decoder, 'native');
      assert.equal(status.runtime, 'onnxruntime-node', status.runtimeReason);
    });

    it('puts every kind of finding on the right file, with the right severity', async () => {
      const { api } = await twinlint();
      await api.whenIdle();
      const shown = findingsInProblems().map(({ uri, diagnostic }) => {
        const kind = typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
        const twin = diagnostic.relatedInformation?.map(related => pathInFolder(related.location.uri)).join(' ') ?? '';
        return `${severityNames[diagnostic.severity]} ${kind} ${pathInFolder(uri)} ${twin}`.trim();
      });
      assert.deepEqual(shown.sort(), [
        'error unreadable-image photos/cut-off.png',
        'information exact-duplicate photos/lighthouse copy.png photos/lighthouse.png',
        'information near-duplicate photos/harbour-small.jpg photos/harbour.png',
        'information near-duplicate photos/meadow-small.jpg photos/meadow.png',
        'warning label-conflict classes/dog/rex-small.jpg classes/cat/rex.png',
      ]);
    });

    it('links each pair to the compare view and names the twin and the distance', async () => {
      const { api } = await twinlint();
      const { findings } = await api.findings({ offset: 0, limit: 100 });
      const pairs = findings.filter(finding => finding.related.length > 0);
      assert.ok(pairs.length >= 4);
      for (const finding of pairs) {
        const shown = findingsInProblems().find(({ uri }) => pathInFolder(uri) === finding.path);
        assert.ok(shown, finding.path);
        assert.deepEqual(linkOf(shown.diagnostic), { command: 'twinlint.openPair', args: [finding.id] });
        assert.ok(shown.diagnostic.message.includes(finding.related[0].path), shown.diagnostic.message);
        if (finding.kind === 'near-duplicate') {
          assert.ok(shown.diagnostic.message.includes(finding.related[0].distance.toFixed(3)), shown.diagnostic.message);
        }
      }
    });

    it('holds the same findings as the command line prints', async () => {
      const { api } = await twinlint();
      await api.whenIdle();
      const fromCli = (await scanWithCli()).map(finding => ({
        kind: finding.kind,
        path: finding.path,
        message: finding.message,
        severity: finding.severity,
        twins: finding.related.map(twin => twin.path),
        id: finding.related.length > 0 ? finding.id : undefined,
      }));
      const fromProblems = findingsInProblems().map(({ uri, diagnostic }) => ({
        kind: String(typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code),
        path: pathInFolder(uri),
        message: diagnostic.message,
        severity: severityNames[diagnostic.severity],
        twins: diagnostic.relatedInformation?.map(related => pathInFolder(related.location.uri)) ?? [],
        id: typeof diagnostic.code === 'object' ? linkOf(diagnostic).args[0] : undefined,
      }));
      const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
      assert.deepEqual(fromProblems.sort(byPath), fromCli.sort(byPath));
    });

    it('follows the threshold, at most four times a second', async () => {
      const { api } = await twinlint();
      const { defaultThreshold = 0, radius = 1 } = api.summary() ?? {};
      const before = api.published();
      const started = performance.now();
      for (let step = 0; step < 100; step++) {
        api.setThreshold((radius * step) / 100, false);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      const elapsedMs = performance.now() - started;
      const updates = api.published().updates - before.updates;
      assert.ok(updates >= 3 && updates <= elapsedMs / 250 + 1, `${updates} updates in ${elapsedMs} ms`);
      api.setThreshold(0, true);
      await api.whenIdle();
      assert.equal(findingsInProblems().filter(({ diagnostic }) => kindOf(diagnostic) === 'near-duplicate').length, 0);
      api.setThreshold(defaultThreshold, true);
      await api.whenIdle();
      assert.equal(api.published().total, before.total);
      assert.equal(findingsInProblems().length, before.shown);
    });

    it('gives the panel a whole snapshot: sorted distances up to the radius', async () => {
      const { api } = await twinlint();
      const { distances, threshold, summary } = await api.panel.snapshot();
      assert.ok(summary);
      assert.equal(distances.length, summary.pairs);
      assert.deepEqual(
        [...distances],
        [...distances].sort((a, b) => a - b),
      );
      assert.ok([...distances].every(distance => distance >= 0 && distance <= summary.radius));
      assert.ok(threshold > 0 && threshold <= summary.radius);
    });

    it('goes on after its engine was killed', async () => {
      const { api } = await twinlint();
      const status = await api.engineStatus();
      assert.ok(status);
      process.kill(status.pid, 'SIGKILL');
      await until(async () => (await api.engineStatus().catch(() => undefined))?.pid !== status.pid, 'the engine is gone');
      const summary = await api.scan();
      assert.ok(summary && summary.images > 0);
      assert.notEqual((await api.engineStatus())?.pid, status.pid);
    });
  });
};

const kindOf = (diagnostic: vscode.Diagnostic): string =>
  String(typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code);
