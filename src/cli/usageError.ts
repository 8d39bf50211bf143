/** Something that the user can mend: told in one line, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Exit codes (docs/CLI.md). */
export const exitCodes = { clean: 0, findings: 1, usage: 2, internal: 70, interrupted: 130 } as const;
