import type { CommandName } from './commandTable';

export interface OptionInfo {
  /** One letter after a single dash. */
  readonly short?: string;
  /** What stands behind it; absent for a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly many?: true;
  readonly commands: readonly CommandName[];
  readonly help: string;
  /** Where it means something else to one command. */
  readonly differs?: Readonly<Partial<Record<CommandName, { readonly value?: string; readonly help: string }>>>;
}
