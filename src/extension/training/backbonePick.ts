import { window } from 'vscode';
import { inputRangeNames, type InputRangeName } from '../../core/training/backboneOptions';
import type { Words } from '../scan/scanText';

/** A pretrained network to learn a head on. */
export interface BackboneChoice {
  /** An ONNX file, or the model.json of a TensorFlow.js network. */
  readonly backbone: string;
  /** Absent: by rule. */
  readonly inputRange?: InputRangeName;
}

/** Asks for a network's file and for what its images are scaled to. Undefined: the user thought better of it. */
export async function pickBackbone({ t }: Words): Promise<BackboneChoice | undefined> {
  const [file] =
    (await window.showOpenDialog({
      title: t('A pretrained network: an ONNX file, or the model.json of TensorFlow.js'),
      openLabel: t('Learn on Top of It'),
      filters: { [t('Networks')]: ['onnx', 'json'] },
    })) ?? [];
  if (!file) return undefined;
  const range = await window.showQuickPick(
    [
      { label: t('Automatic'), description: t('by what the network says of itself'), name: undefined },
      ...inputRangeNames.map(name => ({ label: name, description: rangeText(name, { t }), name })),
    ],
    { title: t('Numbers that the network was trained on') },
  );
  if (!range) return undefined;
  return { backbone: file.fsPath, ...(range.name && { inputRange: range.name }) };
}

function rangeText(name: InputRangeName, { t }: Pick<Words, 't'>): string {
  const texts: Readonly<Record<InputRangeName, () => string>> = {
    unit: () => t('0 to 1'),
    signed: () => t('−1 to 1'),
    imagenet: () => t('mean and deviation of ImageNet'),
    clip: () => t('mean and deviation of CLIP'),
    bytes: () => t('0 to 255'),
  };
  return texts[name]();
}
