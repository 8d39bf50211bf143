/** Asks the page to say something to those who do not see it. */
export class Announce extends Event {
  constructor(readonly text: string) {
    super('announce', { bubbles: true, composed: true });
  }
}
