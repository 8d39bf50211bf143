/**
 * JSON-RPC over anything that posts whole messages (a webview's `postMessage`), the same on both sides. Messages that are not JSON-RPC
 * are ignored: VS Code itself posts to webviews, and what a page sends is not to be trusted.
 */
import { AbstractMessageReader, AbstractMessageWriter, Message } from 'vscode-jsonrpc';
import type { DataCallback, Disposable, MessageReader, MessageWriter } from 'vscode-jsonrpc';

export interface MessagePort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

const isJsonRpc = (message: unknown): message is Message =>
  typeof message === 'object' &&
  message !== null &&
  (message as Message).jsonrpc === '2.0' &&
  (Message.isRequest(message as Message) || Message.isNotification(message as Message) || Message.isResponse(message as Message));

class PortMessageReader extends AbstractMessageReader implements MessageReader {
  constructor(private readonly port: MessagePort) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    return this.port.onMessage(message => {
      if (isJsonRpc(message)) {
        callback(message);
      }
    });
  }
}

class PortMessageWriter extends AbstractMessageWriter implements MessageWriter {
  private closed = false;

  constructor(private readonly port: MessagePort) {
    super();
  }

  /** After {@link dispose} messages are dropped: an answer that comes too late must not reach the page that took this one's place. */
  write(message: Message): Promise<void> {
    if (!this.closed) {
      this.port.post(message);
    }
    return Promise.resolve();
  }

  end(): void {
    this.closed = true;
  }

  override dispose(): void {
    this.closed = true;
    super.dispose();
  }
}

/** A reader and a writer for `createMessageConnection`. */
export const portTransports = (port: MessagePort): { readonly reader: MessageReader; readonly writer: MessageWriter } => ({
  reader: new PortMessageReader(port),
  writer: new PortMessageWriter(port),
});
