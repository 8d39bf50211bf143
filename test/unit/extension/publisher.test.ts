import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/core/findings/finding';
import { english } from '../../../src/core/l10n';
import { DiagnosticsPublisher } from '../../../src/extension/diagnostics/publisher';
import { moreDiagnostic, toDiagnostic } from '../../../src/extension/diagnostics/toDiagnostics';
import type { FindingsPage, FindingsQuery } from '../../../src/protocol/engine';
import type { Diagnostic } from './fakeVscode';
import { DiagnosticSeverity, FakeDiagnosticCollection, Uri } from './fakeVscode';

const finding = (i: number, path = `b/${i}.png`): Finding => ({
  id: i.toString(16).padStart(16, '0'),
  kind: 'near-duplicate',
  severity: 'information',
  image: i,
  root: 0,
  path,
  related: [{ image: i + 1, root: 0, path: `a/${i}.png`, distance: 0.125 }],
  score: 0.875,
  details: {},
});
const uriOf = ({ path }: { path: string }) => Uri.file(`/data/${path}`);
const moreUri = Uri.from({ scheme: 'twinlint', path: '/More findings' });

/** An engine that holds these findings, and a collection with VS Code's silent limits. */
function setUp(all: () => readonly Finding[]) {
  const queries: FindingsQuery[] = [];
  const collection = new FakeDiagnosticCollection();
  const query = (asked: FindingsQuery): Promise<FindingsPage> => {
    queries.push(asked);
    const findings = all().slice(asked.offset, asked.offset + asked.limit);
    return Promise.resolve({ generation: 1, total: all().length, counts: { 'near-duplicate': all().length }, findings });
  };
  const publisher = new DiagnosticsPublisher(collection as never, {
    query,
    uriOf: each => uriOf(each) as never,
    toDiagnostic: each => toDiagnostic(each, place => uriOf(place) as never, english, ['data']),
    more: hidden => ({ uri: moreUri as never, diagnostic: moreDiagnostic(hidden, english, 'en') }),
  });
  return { collection, publisher, queries };
}
const isMore = (diagnostic: Diagnostic) => (diagnostic.code as { value: string }).value === 'more';

describe('publishing findings', () => {
  test('50,000 findings: 1,000 are shown, and the line states the other 49,000', async () => {
    const findings = Array.from({ length: 50_000 }, (_, i) => finding(i));
    const { collection, publisher, queries } = setUp(() => findings);
    const published = await publisher.publish({ threshold: 0.2, limit: 1000 });
    const [more] = collection.all.filter(isMore);
    expect(published).toMatchObject({ shown: 1000, total: 50_000 });
    expect(collection.all.filter(each => !isMore(each)).map(each => each.message)).toEqual(
      findings.slice(0, 1000).map(each => `Near-duplicate of ${each.related[0].path} (distance 0.125).`),
    );
    const stated = Number(/([\d,]+) more/.exec(more.message)![1].replaceAll(',', ''));
    expect(collection.all.length - 1 + stated).toBe(50_000);
    expect(collection.dropped).toBe(0);
    expect(Math.max(...collection.calls.map(call => call.markers))).toBeLessThan(1000);
    expect(queries.every(each => each.limit <= 500)).toBe(true);
  });

  test.each([0, 1, 999, 1000, 1001, 2500])('%i findings at a limit of 1,000: shown + stated = total', async total => {
    const { collection, publisher } = setUp(() => Array.from({ length: total }, (_, i) => finding(i)));
    const { shown } = await publisher.publish({ threshold: 0.2, limit: 1000 });
    const more = collection.all.find(isMore);
    expect(shown).toBe(Math.min(total, 1000));
    expect(collection.all.filter(each => !isMore(each))).toHaveLength(shown);
    expect(more === undefined).toBe(total <= 1000);
    if (more) expect(shown + Number(/(\d[\d,]*) more/.exec(more.message)![1].replaceAll(',', ''))).toBe(total);
  });

  test('a limit of 5,000 passes VS Code’s limit of a call, in several calls', async () => {
    const { collection, publisher } = setUp(() => Array.from({ length: 5000 }, (_, i) => finding(i)));
    await publisher.publish({ threshold: 0.2, limit: 5000 });
    expect(collection.all).toHaveLength(5000);
    expect(collection.calls.length).toBeGreaterThan(5);
  });

  test('a limit of 0 shows only the line', async () => {
    const { collection, publisher } = setUp(() => [finding(1), finding(2)]);
    await publisher.publish({ threshold: 0.2, limit: 0 });
    expect(collection.all.map(each => each.message)).toEqual(['… and 2 more in Twinlint: Pairs']);
  });

  test('one file with more findings than VS Code shows of a file: later ones of other files take the room', async () => {
    const { collection, publisher } = setUp(() =>
      Array.from({ length: 1400 }, (_, i) => finding(i, i < 1200 ? 'b/hub.png' : undefined)),
    );
    const { shown, total } = await publisher.publish({ threshold: 0.2, limit: 1000 });
    const more = collection.all.find(isMore)!;
    expect(shown).toBe(1000);
    expect(collection.dropped).toBe(0);
    expect(collection.all.filter(each => !isMore(each))).toHaveLength(1000);
    expect(more.message).toBe(`… and ${total - 1000} more in Twinlint: Pairs`);
  });

  test('only files whose findings changed are written again; files without findings are emptied', async () => {
    let findings = [finding(1), finding(2), finding(3)];
    const { collection, publisher } = setUp(() => findings);
    await publisher.publish({ threshold: 0.2, limit: 1000 });
    collection.calls.length = 0;
    findings = [finding(2), { ...finding(3), severity: 'warning' }, finding(4)];
    await publisher.publish({ threshold: 0.1, limit: 1000 });
    expect([...collection.entries.keys()].sort()).toEqual([2, 3, 4].map(i => uriOf(finding(i)).toString()));
    expect(collection.calls).toEqual([{ uris: 3, markers: 2 }]);
    expect(collection.entries.get(uriOf(finding(3)).toString())!.diagnostics[0].severity).toBe(DiagnosticSeverity.Warning);
  });

  test('the line goes away when everything fits', async () => {
    let total = 3;
    const { collection, publisher } = setUp(() => Array.from({ length: total }, (_, i) => finding(i)));
    await publisher.publish({ threshold: 0.2, limit: 2 });
    expect(collection.entries.has(moreUri.toString())).toBe(true);
    total = 2;
    await publisher.publish({ threshold: 0.1, limit: 2 });
    expect(collection.entries.has(moreUri.toString())).toBe(false);
  });

  test('files that are gone lose their findings at once, and get them again if they are still reported', async () => {
    const { collection, publisher } = setUp(() => [finding(1), finding(2)]);
    await publisher.publish({ threshold: 0.2, limit: 10 });
    publisher.remove([uriOf(finding(1)) as never, Uri.file('/data/unknown.png') as never]);
    expect([...collection.entries.keys()]).toEqual([uriOf(finding(2)).toString()]);
    await publisher.publish({ threshold: 0.2, limit: 10 });
    expect(collection.entries.size).toBe(2);
  });
});

describe('one line in Problems', () => {
  test('names source, kind and severity, links to the twin and to the pair', () => {
    const diagnostic = toDiagnostic(finding(0xab), place => uriOf(place) as never, english, ['data']) as never as Diagnostic;
    expect(diagnostic.source).toBe('twinlint');
    expect(diagnostic.severity).toBe(DiagnosticSeverity.Information);
    expect(diagnostic.range).toEqual({ start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    const { value, target } = diagnostic.code as { value: string; target: Uri };
    expect(value).toBe('near-duplicate');
    expect([target.scheme, target.path, JSON.parse(target.query)]).toEqual([
      'command',
      'twinlint.openPair',
      ['00000000000000ab'],
    ]);
    const [related] = diagnostic.relatedInformation!;
    expect(related.location.uri.path).toBe('/data/a/171.png');
    expect(related.location.range).toEqual({ line: 0, character: 0 });
  });

  test('a finding about one file has no pair to open', () => {
    const unreadable: Finding = {
      ...finding(1),
      kind: 'unreadable-image',
      severity: 'error',
      related: [],
      details: { problem: { kind: 'unreadable-image', reason: 'empty', detail: '' } },
    };
    const diagnostic = toDiagnostic(unreadable, place => uriOf(place) as never, english, ['data']) as never as Diagnostic;
    expect(diagnostic.code).toBe('unreadable-image');
    expect(diagnostic.relatedInformation).toBeUndefined();
    expect(diagnostic.severity).toBe(DiagnosticSeverity.Error);
  });

  test('a path with any characters stays in its place', () => {
    const odd = { ...finding(1), related: [{ image: 2, root: 0, path: 'a#b?c%20/é "q"\n.png', distance: 0 }] };
    const diagnostic = toDiagnostic(odd, place => uriOf(place) as never, english, ['data']) as never as Diagnostic;
    expect(diagnostic.relatedInformation![0].location.uri.path).toBe('/data/a#b?c%20/é "q"\n.png');
    expect(diagnostic.message).not.toContain('\n');
  });
});
