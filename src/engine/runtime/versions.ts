import type { RuntimeName } from './runtime';

interface WithVersions {
  readonly env?: { readonly versions?: { readonly node?: string; readonly web?: string } };
}

/** The version of a runtime's library, where it can be loaded and says so. */
export async function versionOf(name: RuntimeName): Promise<string | undefined> {
  try {
    if (name === 'onnxruntime-node' || name === 'webgpu') {
      return ((await import('onnxruntime-node')) as unknown as WithVersions).env?.versions?.node;
    }
    if (name === 'onnxruntime-web') return ((await import('onnxruntime-web')) as unknown as WithVersions).env?.versions?.web;
  } catch {
    // It is told elsewhere that it can't be loaded.
  }
  return undefined;
}
