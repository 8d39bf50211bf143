import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Re-renders a component whenever the store changes. */
export class StoreController implements ReactiveController {
  private readonly changed: () => void;

  constructor(
    private readonly component: ReactiveControllerHost & { readonly store: EventTarget },
    private readonly also: () => void = () => undefined,
  ) {
    component.addController(this);
    this.changed = () => {
      this.also();
      this.component.requestUpdate();
    };
  }

  hostConnected(): void {
    this.component.store.addEventListener('change', this.changed);
  }

  hostDisconnected(): void {
    this.component.store.removeEventListener('change', this.changed);
  }
}
