import { portTransports } from '../protocol/messagePort';

/** What VS Code gives every webview; may be acquired once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** Both directions of the page's conversation with its extension. Call once. */
export function acquirePort(): ReturnType<typeof portTransports> & { readonly api: VsCodeApi } {
  const api = acquireVsCodeApi();
  const transports = portTransports({
    post: message => api.postMessage(message),
    onMessage(listener) {
      const receive = (event: MessageEvent<unknown>): void => listener(event.data);
      window.addEventListener('message', receive);
      return { dispose: () => window.removeEventListener('message', receive) };
    },
  });
  return { ...transports, api };
}
