import { Directive, directive } from 'lit/directive.js';
import type { ElementPart } from 'lit/directive.js';
import { noChange } from 'lit';

type Attributes = Readonly<Record<`aria-${string}`, string | undefined>>;

/**
 * Gives attributes to the native control inside a toolkit element: what has the focus and the role is that one, and the toolkit does
 * not pass them on.
 */
class InnerAttributes extends Directive {
  render(_attributes: Attributes): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [attributes]: [Attributes]): typeof noChange {
    const apply = (): boolean => {
      const control = element.shadowRoot?.querySelector('[part="control"]');
      if (!control) return false;
      for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined) control.removeAttribute(name);
        else control.setAttribute(name, value);
      }
      return true;
    };
    // On the first rendering the element is not in the page yet, and empty until it is.
    if (!apply()) queueMicrotask(apply);
    return noChange;
  }
}

export const innerAttributes = directive(InnerAttributes);
