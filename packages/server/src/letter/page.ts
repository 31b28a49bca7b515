import type { Language } from '@tweestap/protocol';
import { escapeHtml, oneLine } from '../mail/escape.ts';
import { sayMoment } from '../mail/moment.ts';
import { inLanguage } from '../organisations/own-words.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { qrSvg } from './qr.ts';
import { letterStyles } from './styles.ts';
import { type LetterAbout, letterWords } from './words.ts';

/** One person's letter. */
export interface Addressee {
  username: string;
  name: string | null;
  /** The link: a secret of that user. */
  url: string;
  /** ms since the epoch. */
  expiresAt: number;
}

export interface LetterPage {
  about: LetterAbout;
  organisation: OrganisationDefinition;
  language: Language;
  people: readonly Addressee[];
  /** Address of the style sheet; left out, the document carries it. */
  stylesheet?: string;
}

/** Of organisations that name none. */
const TIME_ZONE = 'Europe/Amsterdam';

/** A printable document, a page for each person; everything of theirs stands in it as text (R78). Pure. */
export function letterPage(page: LetterPage): string {
  const { about, organisation, language, people, stylesheet } = page;
  const words = letterWords[about][language];
  const title = escapeHtml(`${oneLine(organisation.name)}: ${words.heading}`);
  const style =
    stylesheet === undefined
      ? `<style>\n${letterStyles}</style>`
      : `<link rel="stylesheet" href="${escapeHtml(stylesheet)}">`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style}
</head>
<body>
<main>
${people.map((person) => letter(person, page)).join('\n')}
</main>
</body>
</html>
`;
}

function letter({ username, name, url, expiresAt }: Addressee, { about, organisation, language }: LetterPage): string {
  const words = letterWords[about][language];
  const until = sayMoment(expiresAt, language, organisation.policy.setUp?.timeZone ?? TIME_ZONE);
  const facts = { organisation: oneLine(organisation.name), username: oneLine(username), until };
  const called = oneLine(name ?? '');
  const say = escapeHtml;
  return `<article class="letter">
<p class="from">${say(facts.organisation)}</p>
<p class="to">${say(called === '' ? facts.username : called)}</p>
<h1>${say(words.heading)}</h1>
<p>${say(words.hello(called))}</p>
<p>${say(words.lead(facts))}</p>
<ol class="steps">
${words
  .steps(facts)
  .map((step) => `<li>${say(step)}</li>`)
  .join('\n')}
</ol>
<div class="codes">
${qrSvg(url, say(words.qr))}
<dl>
<dt>${say(words.username)}</dt><dd class="mono">${say(facts.username)}</dd>
<dt>${say(words.link)}</dt><dd class="mono">${say(url)}</dd>
<dt>${say(words.good)}</dt><dd>${say(until)}</dd>
</dl>
</div>
<p>${say(words.late)}${help(organisation, language)}</p>
<p class="secret">${say(words.secret)}</p>
</article>`;
}

function help({ help: own }: OrganisationDefinition, language: Language): string {
  return own === undefined ? '' : ` ${escapeHtml(oneLine(inLanguage(own.text, language), 2000))}`;
}
