type Child = Node | string | false | undefined;

/** Creates an element. Strings among the children become text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | boolean>>,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, '');
    else if (value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** The element with the attribute `data-<name>`. @throws an error when the page has none */
export function part<T extends HTMLElement>(name: string): T {
  const found = document.querySelector<T>(`[data-${name}]`);
  if (!found) throw new Error(`The page has no element with the attribute data-${name}.`);
  return found;
}
