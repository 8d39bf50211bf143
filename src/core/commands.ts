/** The one table of commands: package.json's `contributes.commands`, menus and docs are checked against it. Titles are l10n keys. */
export const commands = {
  findSimilarImages: { id: 'twinlint.findSimilarImages', title: 'Find Similar Images' },
  findSimilarToImage: { id: 'twinlint.findSimilarToImage', title: 'Find Similar to This Image' },
  scanWorkspace: { id: 'twinlint.scanWorkspace', title: 'Scan Workspace' },
  rescan: { id: 'twinlint.rescan', title: 'Scan Again' },
  openPairs: { id: 'twinlint.openPairs', title: 'Open Pairs' },
  /** Takes a finding's id: the target of a diagnostic's link. Hidden from the palette. */
  openPair: { id: 'twinlint.openPair', title: 'Open Pair' },
  /** Takes an image's URI: compares it with its twins. Title bar and context menu of an image with findings. */
  showTwins: { id: 'twinlint.showTwins', title: 'Show Twins of This Image' },
  compareSelected: { id: 'twinlint.compareSelected', title: 'Compare Selected Images' },
  notDuplicate: { id: 'twinlint.notDuplicate', title: 'Not a Duplicate' },
  keepThis: { id: 'twinlint.keepThis', title: 'Keep This One, Trash the Other' },
  openBoth: { id: 'twinlint.openBoth', title: 'Open Both' },
  undoTrash: { id: 'twinlint.undoTrash', title: 'Undo Last Move to Trash' },
  restoreFromTrash: { id: 'twinlint.restoreFromTrash', title: 'Restore from Trash…' },
  setThreshold: { id: 'twinlint.setThreshold', title: 'Set Threshold…' },
  clearFindings: { id: 'twinlint.clearFindings', title: 'Clear Findings' },
  showEngineStatus: { id: 'twinlint.showEngineStatus', title: 'Show Engine Status' },
  restartEngine: { id: 'twinlint.restartEngine', title: 'Restart Engine' },
  showLog: { id: 'twinlint.showLog', title: 'Show Log' },
} as const satisfies Record<string, { readonly id: `twinlint.${string}`; readonly title: string }>;

export type CommandName = keyof typeof commands;
