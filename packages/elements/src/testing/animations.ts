/** Ends the animations of an element, so that its places and colours are those that users see after them. */
export const endAnimations = (element: Element): void => {
  for (const animation of element.shadowRoot?.getAnimations() ?? []) animation.cancel();
};
