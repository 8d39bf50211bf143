/** Sentences that all checks share. English = l10n key. */
export const checkMessages = {
  noImages: 'There are no images below this folder.',
} as const;
