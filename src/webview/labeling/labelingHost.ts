import { createMessageConnection } from 'vscode-jsonrpc/browser';
import type { Disposable } from 'vscode-jsonrpc/browser';
import type { ContentPairKey } from '../../protocol/labeling';
import {
  AnswerRequest,
  LabelingActionRequest,
  LabelingPreviewRequest,
  LabelingReadyRequest,
  LabelingSnapshotNotification,
  SetRelationRequest,
  UndoAnswerRequest,
} from '../../protocol/panelLabeling';
import type { LabelAnswer, LabelingAction, LabelingSnapshot } from '../../protocol/panelLabeling';
import type { PreviewAnswer, PreviewPlace } from '../host';
import { acquirePort } from '../vscodePort';

/** The extension's end of the conversation, as the labeling page sees it. Requests reject with the host's words. */
export interface LabelingHost {
  ready(): Promise<LabelingSnapshot>;
  answer(pairs: readonly ContentPairKey[], answer: LabelAnswer): Promise<LabelingSnapshot>;
  undo(): Promise<LabelingSnapshot>;
  setRelation(relation: string): Promise<LabelingSnapshot>;
  preview(place: PreviewPlace): Promise<PreviewAnswer>;
  act(action: LabelingAction): Promise<void>;
  onSnapshot(listener: (snapshot: LabelingSnapshot) => void): Disposable;
}

/** Speaks with the extension over the webview's `postMessage`. Make one only. */
export function connectToLabelingHost(): LabelingHost {
  const { reader, writer } = acquirePort();
  const connection = createMessageConnection(reader, writer);
  connection.listen();
  return {
    ready: () => connection.sendRequest(LabelingReadyRequest),
    answer: (pairs, answer) => connection.sendRequest(AnswerRequest, { pairs, answer }),
    undo: () => connection.sendRequest(UndoAnswerRequest),
    setRelation: relation => connection.sendRequest(SetRelationRequest, { relation }),
    preview: place => connection.sendRequest(LabelingPreviewRequest, place),
    act: action => connection.sendRequest(LabelingActionRequest, action),
    onSnapshot: listener => connection.onNotification(LabelingSnapshotNotification, listener),
  };
}
