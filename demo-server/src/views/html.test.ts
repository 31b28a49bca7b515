import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from './html.ts';

// Threat: the name of an organisation or a person carries markup into a page of the portal.
test('a hostile name stands as text, in content and in attributes', () => {
  const name = `<img src=x onerror="alert(1)">'&`;
  const page = html`<p title="${name}">${name}</p>`.text;
  assert.equal(page.includes('<img'), false);
  assert.equal(page.match(/&quot;alert/g)?.length, 2);
  assert.equal(page.includes('&#39;&amp;'), true);
});

test('pieces nest, lists join, false and undefined leave nothing', () => {
  assert.equal(
    html`<ul>${['a', 'b'].map((x) => html`<li>${x}</li>`)}${false}${undefined}${0}</ul>`.text,
    '<ul><li>a</li><li>b</li>0</ul>',
  );
});
