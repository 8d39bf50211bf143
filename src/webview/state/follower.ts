/**
 * An answer that follows what it depends on: one question at a time, the newest last, those between left out. The last answer stays
 * readable while a newer one is on its way.
 */
export class Follower<Question, Answer> {
  private newest: Answer | undefined;
  private wanted: { readonly key: string; readonly question: Question } | undefined;
  private answered = '';
  private isAsking = false;
  private failure: Error | undefined;

  constructor(
    private readonly ask: (question: Question) => Promise<Answer>,
    /** An answer has come. */
    private readonly changed: () => void,
  ) {}

  get answer(): Answer | undefined {
    return this.newest;
  }

  /** The answer belongs to what was asked last. */
  get isFresh(): boolean {
    return this.wanted !== undefined && this.answered === this.wanted.key;
  }

  /** Why the last question has no answer. */
  get error(): Error | undefined {
    return this.failure;
  }

  retry(): void {
    this.failure = undefined;
    void this.follow();
  }

  /** @param key equal for questions with the same answer */
  want(key: string, question: Question): void {
    this.wanted = { key, question };
    void this.follow();
  }

  private async follow(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.wanted && this.wanted.key !== this.answered) {
        const { key, question } = this.wanted;
        this.newest = await this.ask(question);
        this.answered = key;
        this.failure = undefined;
        this.changed();
      }
    } catch (error) {
      // Asked again with the next change, or by hand.
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.changed();
    } finally {
      this.isAsking = false;
    }
  }
}
