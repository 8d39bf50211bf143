import type { Diagnostic, DiagnosticCollection, Uri } from 'vscode';
import type { Finding, FindingCounts } from '../../core/findings/finding';
import type { FindingsPage, FindingsQuery } from '../../protocol/engine';
import { breathe } from '../../workspace/breathe';

/** VS Code drops everything after about 1,100 markers of one `set` call, and all after 1,000 of one file, without a word. */
export const markersPerCall = 900;
/** Findings asked of the engine at a time: each slice is worked off in a few milliseconds. */
const pageSize = 300;
/** Findings for which their file has no room are made up for by later ones; the search for those stops at this many times the limit. */
const maxOverfetch = 2;

export interface Published {
  /** Findings that Problems shows. */
  readonly shown: number;
  /** Findings that there are; the stated remainder is `total − shown`. */
  readonly total: number;
  readonly counts: FindingCounts;
  readonly threshold: number;
  readonly generation: number;
}
export const nothingPublished: Published = { shown: 0, total: 0, counts: {}, threshold: 0, generation: 0 };

export interface PublishRequest {
  readonly threshold: number;
  /** How many findings to show, worst first. */
  readonly limit: number;
}

export interface PublisherHost {
  query(query: FindingsQuery): Promise<FindingsPage>;
  uriOf(finding: Finding): Uri;
  toDiagnostic(finding: Finding): Diagnostic;
  /** The line about the `hidden` findings, and where it stands. */
  more(hidden: number): { readonly uri: Uri; readonly diagnostic: Diagnostic };
}

interface Entry {
  readonly uri: Uri;
  readonly diagnostics: Diagnostic[];
  /** What makes a file's list differ: ids and texts. */
  signature: string;
}

/** Keeps a collection of diagnostics equal to the worst findings, touching only the files that changed. */
export class DiagnosticsPublisher {
  private published = new Map<string, { readonly uri: Uri; readonly signature: string }>();

  constructor(
    private readonly collection: DiagnosticCollection,
    private readonly host: PublisherHost,
  ) {}

  /** Not to be called again before it has resolved. */
  async publish(request: PublishRequest): Promise<Published> {
    const entries = new Map<string, Entry>();
    let shown = 0;
    let offset = 0;
    let page: FindingsPage;
    do {
      page = await this.host.query({ threshold: request.threshold, offset, limit: Math.min(pageSize, request.limit - shown) });
      for (const finding of page.findings) {
        if (this.add(entries, finding)) shown++;
      }
      offset += page.findings.length;
      await breathe();
    } while (shown < request.limit && page.findings.length > 0 && offset < page.total && offset < request.limit * maxOverfetch);
    const hidden = page.total - shown;
    if (hidden > 0) {
      const { uri, diagnostic } = this.host.more(hidden);
      entries.set(uri.toString(), { uri, diagnostics: [diagnostic], signature: diagnostic.message });
    }
    await this.replace(entries);
    return { shown, total: page.total, counts: page.counts, threshold: request.threshold, generation: page.generation };
  }

  clear(): void {
    this.published.clear();
    this.collection.clear();
  }

  /** Takes the findings on some files away at once, before the engine has been asked: the files are gone. */
  remove(uris: readonly Uri[]): void {
    for (const uri of uris) {
      if (this.published.delete(uri.toString())) this.collection.delete(uri);
    }
  }

  private add(entries: Map<string, Entry>, finding: Finding): boolean {
    const uri = this.host.uriOf(finding);
    const key = uri.toString();
    let entry = entries.get(key);
    if (!entry) {
      entry = { uri, diagnostics: [], signature: '' };
      entries.set(key, entry);
    }
    if (entry.diagnostics.length >= markersPerCall) return false;
    const diagnostic = this.host.toDiagnostic(finding);
    entry.diagnostics.push(diagnostic);
    entry.signature += `${finding.id}|${diagnostic.severity}|${finding.related[0]?.path ?? ''}|${diagnostic.message}\n`;
    return true;
  }

  private async replace(entries: Map<string, Entry>): Promise<void> {
    let batch: [Uri, Diagnostic[] | undefined][] = [];
    let markers = 0;
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      this.collection.set(batch);
      batch = [];
      markers = 0;
      await breathe();
    };
    for (const [key, { uri }] of this.published) {
      if (entries.has(key)) continue;
      batch.push([uri, undefined]);
      if (batch.length >= markersPerCall) await flush();
    }
    for (const [key, entry] of entries) {
      if (this.published.get(key)?.signature === entry.signature) continue;
      if (markers + entry.diagnostics.length > markersPerCall || batch.length >= markersPerCall) await flush();
      batch.push([entry.uri, entry.diagnostics]);
      markers += entry.diagnostics.length;
    }
    await flush();
    this.published = new Map([...entries].map(([key, { uri, signature }]) => [key, { uri, signature }]));
  }
}
