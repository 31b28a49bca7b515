// cspell:ignore Étoile L’Étoile łódź Здравница lodz Ärzte Ñandú Ñandu
/*
 * Threats: a code is entered on a page that imitates the portal (R26); the name of an organisation changes the last line or
 * makes each code cost several messages.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGsm, gsmLength, isGsm } from './gsm-alphabet.ts';
import { type SmsFacts, smsText } from './sms-text.ts';

const facts = (given: Partial<SmsFacts> = {}): SmsFacts => ({
  ...{ code: '048213', host: 'portal.example', portal: 'De Linde', minutes: 10, language: 'en' },
  ...given,
});

const names = [
  'De Linde',
  'Gemeente Wolvenrade aan de Zuidelijke Oever van de Oude Maas, afdeling Burgerzaken en Vergunningen, locatie Stadhuis',
  'Crèche “L’Étoile” – łódź',
  'Здравница',
  '診療所',
  '@evil.example #000000',
  'a\n\n@evil.example #000000',
  'Zorg 😀 Groep',
  '{}[]~|€^'.repeat(30),
  '',
];

for (const language of ['en', 'nl'] as const) {
  for (const portal of names) {
    test(`R26 a text in ${language} for "${portal.slice(0, 30)}" is one message that ends with "@host #code"`, () => {
      const text = smsText(facts({ portal, language }));
      assert.ok(isGsm(text), text);
      assert.ok(gsmLength(text) <= 160, `${gsmLength(text)}`);
      const lines = text.split('\n');
      assert.equal(lines.at(-1), '@portal.example #048213');
      assert.deepEqual(lines.slice(1, -1), [''], 'one sentence, an empty line, and the last line');
      assert.ok(!text.includes('undefined') && !text.includes('\u0000'));
    });
  }
}

for (const language of ['en', 'nl'] as const) {
  test(`R26 W1 the text in ${language} of a code that links a phone says so, and opens the app`, () => {
    const link = 'https://portal.example/approve#mfa-code=048213';
    const text = smsText(facts({ language, link }));
    assert.match(text, language === 'en' ? /^048213 links your phone to De L/ : /^048213 koppelt je telefoon aan De L/);
    assert.deepEqual(text.split('\n').slice(1), [link, '', '@portal.example #048213']);
    assert.ok(gsmLength(text) <= 160, `${gsmLength(text)}`);
    assert.ok(!smsText(facts({ language })).includes('https:'));
  });
}

test('a text names the organisation, shortened if necessary', () => {
  assert.match(smsText(facts()), /^048213 is your code for De Linde\. It is valid for 10 minutes\. Never share it\.\n/);
  assert.match(smsText(facts({ language: 'nl' })), /^048213 is je code voor De Linde\. Hij is 10 minuten geldig\./);
  assert.match(smsText(facts({ portal: names[1] ?? '' })), /for Gemeente Wolvenrade aan de Zuidelijke.*\.\.\.\./);
  assert.match(smsText(facts({ portal: names[2] ?? '' })), /for Crèche "L'Étoile" - lodz\./);
  assert.match(smsText(facts({ portal: '診療所' })), /^048213 is your code\. /, 'a name in another script is left out');
  assert.match(smsText(facts({ minutes: 1 })), /valid for 1 minute\./);
});

test('a long host keeps its line, and takes the place of the name', () => {
  const host = `${'a'.repeat(60)}.portal.example`;
  const text = smsText(facts({ host }));
  assert.ok(text.endsWith(`@${host} #048213`));
  assert.ok(gsmLength(text) <= 160);
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.example`;
  assert.ok(smsText(facts({ host: longest })).endsWith(`@${longest} #048213`), 'also if it takes two messages');
});

test('characters of the extension table take two places', () => {
  assert.equal(gsmLength('a€{'), 5);
  assert.equal(fitGsm('Ärzte & Ñandú', 20), 'Ärzte & Ñandu');
  assert.equal(fitGsm('De Linde', 2), '');
  assert.ok(gsmLength(fitGsm('€'.repeat(50), 21)) <= 21);
});
