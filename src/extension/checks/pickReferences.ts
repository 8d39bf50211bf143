import { window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { Translate } from '../../core/l10n';
import type { IdentityCheckParams } from '../../protocol/checks';
import { referenceFile, storedReferences } from '../../workspace/references';

export type ReferenceChoice = Pick<IdentityCheckParams, 'references' | 'saveReferences'>;

/** The name under which the editor stores references; the command line may use others. */
const STORED_AS = 'identities';

/** What files are verified against: each other, with or without storing what was learned, or what was stored before. */
export async function pickReferences(root: string, t: Translate): Promise<ReferenceChoice | undefined> {
  const stored = await storedReferences(root);
  const items: (QuickPickItem & { readonly choice: ReferenceChoice })[] = [
    ...stored.map(name => ({
      label: t('Verify against the stored references “{0}”', name),
      detail: t('Takes seconds: nothing is learned.'),
      choice: { references: referenceFile(root, name) },
    })),
    {
      label: t('Learn from these files'),
      detail: t('Each file is compared with the others of its folder, or with those in its folder “references”.'),
      choice: {},
    },
    {
      label: t('Learn from these files, and store the references'),
      detail: stored.includes(STORED_AS)
        ? t('Replaces the stored references “{0}”.', STORED_AS)
        : t('Later files can then be verified without learning again.'),
      choice: { saveReferences: referenceFile(root, STORED_AS) },
    },
  ];
  return (await window.showQuickPick(items, { title: t('Verify Folder of Identities'), matchOnDetail: true }))?.choice;
}
