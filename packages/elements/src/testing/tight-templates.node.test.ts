import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tight } from '../../tight-templates.ts';

test('the build removes the white space between elements, and keeps a space within a line of text', () => {
  const block = ['html`', '  <p>${words}</p>', '  ${more}', '  <p>', '    <span>x</span>', '  </p>', '`'].join('\n');
  assert.equal(tight(block), 'html`<p>${words}</p>${more}<p><span>x</span></p>`');
  const sentence = ['html`${host.text(key)}', '  <b dir="auto">${to}</b>', '  ${rest}`'].join('\n');
  assert.equal(tight(sentence).replace(/\s+/g, ' '), 'html`${host.text(key)} <b dir="auto">${to}</b> ${rest}`');
});

test('the build removes the comments, the white space and the zeros before a decimal point of style sheets', () => {
  const sheet = ['css`', '  /* Why. */', '  a,', '  b > c {', '    margin: 0.5em 10.5px 0 !important;', '  }', '`'];
  assert.equal(tight(sheet.join('\n')), 'css`a,b>c{margin:.5em 10.5px 0!important}`');
});
