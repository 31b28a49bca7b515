/** Defines an element once: a second copy of this module, or of the whole library, is harmless. */
export const define = (tag: string, element: CustomElementConstructor): void => {
  if (!customElements.get(tag)) customElements.define(tag, element);
};
