import type { Guard } from '../guard.ts';

const test = 'packages/elements/src/server/render-login.node.test.ts';

/** Guards of the HTML that a server renders for an element. */
export const elementGuards: readonly Guard[] = [
  {
    guard: 'Values are escaped in the HTML of the login',
    file: 'packages/elements/src/server/to-html.ts',
    from: 'text.replace(/[&<>"\']/g, (sign) => entities[sign] ?? sign)',
    to: 'text',
    test,
    title: 'R78 every option is escaped in the HTML of the login',
  },
  {
    guard: 'The form of the HTML can’t be submitted without the script',
    file: 'packages/elements/src/server/render-login.ts',
    from: "{ ...attributes, disabled: '' }",
    to: 'attributes',
    test,
    title: 'R72 the form of the HTML can’t be submitted before the element is defined',
  },
];
