import { RequestType } from 'vscode-jsonrpc';
import type { DatasetCard } from '../core/card/datasetCard';

/** What the last scan's images are like, in figures; null without a scan. `threshold` absent: the default one. */
export const CardRequest = new RequestType<{ readonly threshold?: number }, DatasetCard | null, void>('scan/card');
