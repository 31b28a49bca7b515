import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

// Threat: the name of an organisation or a user injects markup into a page of the portal.
test('markup in a name is escaped, in content and in attributes', () => {
  const name = `<img src=x onerror="alert(1)">'&`;
  const page = html`<p title="${name}">${name}</p>`.text;
  assert.equal(page.includes('<img'), false);
  assert.equal(page.match(/&quot;alert/g)?.length, 2);
  assert.equal(page.includes('&#39;&amp;'), true);
});

test('templates nest, lists are joined, and false and undefined render nothing', () => {
  assert.equal(
    html`<ul>${['a', 'b'].map((x) => html`<li>${x}</li>`)}${false}${undefined}${0}</ul>`.text,
    '<ul><li>a</li><li>b</li>0</ul>',
  );
});
