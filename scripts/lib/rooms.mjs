/**
 * Which rooms (folders of src/) a room may import; why: docs/ARCHITECTURE.md. ESLint's rules, the rules test and the tsconfig
 * references all go by this table.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const rooms = {
  core: [],
  protocol: ['core'],
  workspace: ['core'],
  client: ['core', 'protocol'],
  engine: ['core', 'protocol', 'workspace'],
  extension: ['core', 'protocol', 'workspace', 'client'],
  webview: ['core', 'protocol'],
  cli: ['core', 'protocol', 'workspace', 'client'],
};

/**
 * Packages that one room alone may import.
 * @type {Readonly<Record<string, string>>}
 */
export const ownedPackages = {
  vscode: 'extension',
  sharp: 'engine',
  'onnxruntime-node': 'engine',
  'onnxruntime-common': 'engine',
};

/** Rooms that also run where Node is not: no `node:` imports. */
export const roomsWithoutNode = ['core', 'protocol', 'webview'];
