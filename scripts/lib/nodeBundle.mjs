/** Loaded at run time from dist/node_modules (in a VSIX) or node_modules (here): they bring their own binaries. */
export const natives = ['sharp', '@img/*', 'onnxruntime-node', 'onnxruntime-web', 'onnxruntime-common'];

/**
 * How a program for Node is bundled: the build, the tests and the benches alike.
 * @type {import('esbuild').BuildOptions}
 */
export const nodeBundle = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // Of VS Code 1.100, the oldest that `engines.vscode` takes.
  target: 'node20',
  // Packages' ES modules over their UMD builds: esbuild cannot follow the latter's `require` parameter.
  mainFields: ['module', 'main'],
};
