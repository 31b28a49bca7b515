import type { Language } from '@tweestap/protocol/constants';
import { type Html, html, type Piece } from './html.ts';
import type { Taste, Words } from './language.ts';
import { marks } from './marks.ts';
import { words } from './words.ts';

/** The built files of one page. */
export interface Assets {
  scripts: readonly string[];
  styles: readonly string[];
  /** What the scripts import, to be fetched along. */
  preloads: readonly string[];
}

export interface Page {
  taste: Taste;
  title: string;
  /** Which look, and which sign. */
  look: keyof typeof marks | 'plain';
  assets: Assets;
  body: Piece;
}

/** A whole document. No inline script or style: the policy of the pages refuses them. */
export const document = ({ taste, title, look, assets, body }: Page): string =>
  html`<!doctype html>
<html lang="${taste.lang}" data-look="${look}" data-theme="${taste.theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${taste.theme === 'auto' ? 'light dark' : taste.theme}">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${assets.styles.map((href) => html`<link rel="stylesheet" href="${href}">\n`)}
${assets.preloads.map((href) => html`<link rel="modulepreload" href="${href}">\n`)}
${assets.scripts.map((src) => html`<script type="module" src="${src}"></script>\n`)}
</head>
<body>
${body}
</body>
</html>
`.text;

const languageNames: Words = { nl: 'Nederlands', en: 'English' };
const languageLabel: Words = { nl: 'Taal', en: 'Language' };

/** The other language, as a link that keeps the page. */
export const languageSwitch = (lang: Language): Html => {
  const other = lang === 'nl' ? 'en' : 'nl';
  return html`<nav class="language" aria-label="${languageLabel[lang]}">
    <a href="?lang=${other}" hreflang="${other}" lang="${other}">${languageNames[other]}</a>
  </nav>`;
};

/** The way out; on a shared computer the device is forgotten along (R41a). */
export const signOut = (lang: Language, to: string): Html => {
  const say = words(lang);
  return html`<span class="way-out"><label class="small"><input type="checkbox" data-forget-device> ${say('forgetDevice')}</label>
    <button type="button" class="sign-out" data-sign-out="${to}">${say('signOut')}</button></span>`;
};

export interface Masthead {
  lang: Language;
  look: keyof typeof marks;
  name: string;
  tagline: string;
  home: string;
  /** What stands at the end: who is logged in, and the way out. */
  end?: Piece;
}

export const masthead = ({ lang, look, name, tagline, home, end }: Masthead): Html =>
  html`<header class="masthead">
  <div class="masthead-line">
    <a class="brand" href="${home}">${marks[look]}<span class="brand-words"><span class="brand-name">${name}</span>
      <span class="brand-tagline">${tagline}</span></span></a>
    <div class="masthead-end">${end}${languageSwitch(lang)}</div>
  </div>
</header>`;
