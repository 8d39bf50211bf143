/** What is known of one command; package.json's `contributes.commands`, menus and docs are checked against it. */
export interface CommandInfo {
  readonly id: `twinlint.${string}`;
  /** English, also the l10n key. */
  readonly title: string;
  /**
   * The title itself carries the name ("Twinlint: …"), for commands that stand alone in a context menu, where VS Code shows no category.
   * The others have the category "Twinlint".
   */
  readonly standsAlone?: true;
  /** Only for links and menus, which pass an argument: hidden from the palette. */
  readonly hidden?: true;
}

/** The one table of commands. Every one that is not hidden also works from the palette, asking for what a menu would have passed. */
export const commands = {
  findSimilarImages: { id: 'twinlint.findSimilarImages', title: 'Find Similar Images', standsAlone: true },
  findSimilarToImage: { id: 'twinlint.findSimilarToImage', title: 'Find Similar to This Image', standsAlone: true },
  findRegion: { id: 'twinlint.findRegion', title: 'Find This Region in Other Images…', standsAlone: true },
  scanWorkspace: { id: 'twinlint.scanWorkspace', title: 'Scan Workspace' },
  rescan: { id: 'twinlint.rescan', title: 'Scan Again' },
  cancelScan: { id: 'twinlint.cancelScan', title: 'Cancel Scan' },
  openPairs: { id: 'twinlint.openPairs', title: 'Open Pairs' },
  showMap: { id: 'twinlint.showMap', title: 'Show Map' },
  /** Takes away the filter that was chosen on the map. */
  clearFilter: { id: 'twinlint.clearFilter', title: 'Show All Images Again' },
  /** Takes a finding's id: the target of a diagnostic's link. */
  openPair: { id: 'twinlint.openPair', title: 'Open Pair', hidden: true },
  /** Takes an image's URI: compares it with its twins. Title bar and context menu of an image with findings. */
  showTwins: { id: 'twinlint.showTwins', title: 'Show Twins of This Image' },
  compareSelected: { id: 'twinlint.compareSelected', title: 'Compare Selected Images', standsAlone: true },
  notDuplicate: { id: 'twinlint.notDuplicate', title: 'Not a Duplicate' },
  undoVerdict: { id: 'twinlint.undoVerdict', title: 'Undo Last "Not a Duplicate"' },
  keepThis: { id: 'twinlint.keepThis', title: 'Keep This One, Trash the Other' },
  openBoth: { id: 'twinlint.openBoth', title: 'Open Both' },
  undoTrash: { id: 'twinlint.undoTrash', title: 'Undo Last Move to Trash' },
  restoreFromTrash: { id: 'twinlint.restoreFromTrash', title: 'Restore from Trash…' },
  undoAction: { id: 'twinlint.undoAction', title: 'Undo Last Twinlint Action', standsAlone: true },
  redoAction: { id: 'twinlint.redoAction', title: 'Redo Last Twinlint Action', standsAlone: true },
  showHistory: { id: 'twinlint.showHistory', title: 'Show Twinlint History', standsAlone: true },
  /** May be told a path (or a menu's URI) and the new label; the target of a link. */
  relabel: { id: 'twinlint.relabel', title: 'Relabel…' },
  labelIsRight: { id: 'twinlint.labelIsRight', title: 'The Label Is Right' },
  moveGroupToTrain: { id: 'twinlint.moveGroupToTrain', title: 'Move the Whole Group to Train' },
  trashGroups: { id: 'twinlint.trashGroups', title: 'Trash All but the Best of Each Group…' },
  resplit: { id: 'twinlint.resplit', title: 'Deal Images to Splits Anew…' },
  labelPairs: { id: 'twinlint.labelPairs', title: 'Label Pairs' },
  /** Two images selected in the Explorer, under the relation of the side bar. */
  markSimilar: { id: 'twinlint.markSimilar', title: 'Mark as Similar', standsAlone: true },
  markDifferent: { id: 'twinlint.markDifferent', title: 'Mark as Different', standsAlone: true },
  setThreshold: { id: 'twinlint.setThreshold', title: 'Set Threshold…' },
  findWrongLabels: { id: 'twinlint.findWrongLabels', title: 'Find Wrong Labels' },
  reviewLabels: { id: 'twinlint.reviewLabels', title: 'Review Labels' },
  /** May be passed the folder of images to label, and then the folder of references. */
  suggestLabels: { id: 'twinlint.suggestLabels', title: 'Suggest Labels from References…', standsAlone: true },
  showCard: { id: 'twinlint.showCard', title: 'Show Data Set Card' },
  checkCaptions: { id: 'twinlint.checkCaptions', title: 'Check Captions', standsAlone: true },
  /** May be passed two or more folders, whose pictures of one name belong together. */
  checkPairs: { id: 'twinlint.checkPairs', title: 'Check Paired Folders', standsAlone: true },
  checkModalities: {
    id: 'twinlint.checkModalities',
    title: 'Check Samples of Image, Sound and Sensors',
    standsAlone: true,
  },
  /** May be passed a folder with a folder for each identity. */
  checkIdentities: { id: 'twinlint.checkIdentities', title: 'Verify Folder of Identities', standsAlone: true },
  /** Takes the paths of one or two files: the target of a check's diagnostics. */
  openCheckFiles: { id: 'twinlint.openCheckFiles', title: 'Open the Files of a Finding', hidden: true },
  clearFindings: { id: 'twinlint.clearFindings', title: 'Clear Findings' },
  /** May be told what to learn from: see the extension's `training/trainRequest.ts`. */
  train: { id: 'twinlint.train', title: 'Train' },
  trainRescorer: { id: 'twinlint.trainRescorer', title: 'Train Re-Scorer of Pairs…' },
  cancelTraining: { id: 'twinlint.cancelTraining', title: 'Cancel Training' },
  openTraining: { id: 'twinlint.openTraining', title: 'Open Training and Models' },
  previousModel: { id: 'twinlint.previousModel', title: 'Go Back to the Previous Model' },
  showEngineStatus: { id: 'twinlint.showEngineStatus', title: 'Show Engine Status' },
  restartEngine: { id: 'twinlint.restartEngine', title: 'Restart Engine' },
  showLog: { id: 'twinlint.showLog', title: 'Show Log' },
} as const satisfies Record<string, CommandInfo>;

export type CommandName = keyof typeof commands;
export const allCommandNames = Object.keys(commands) as CommandName[];

/** As the user reads it: with the name in front where no category is shown. */
export const commandInfo = (name: CommandName): CommandInfo => commands[name];
