import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const defineApiTests = (): void => {
  describe('the extension in its host', () => {
    it('is there and activates', async () => {
      const extension = vscode.extensions.getExtension('twinlint.twinlint');
      assert.ok(extension);
      await extension.activate();
      assert.equal(extension.isActive, true);
    });
  });
};
