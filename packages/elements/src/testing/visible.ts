/** Makes the document visible to the code under test: a test runner opens several pages at once, most of them in the background. */
export const makeVisible = (): void => {
  Object.defineProperty(document, 'hidden', { value: false, configurable: true });
};
