import type { Language } from '@tweestap/protocol/constants';
import { type Html, html, type Piece } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { words } from '../text/words.ts';
import { logos } from './logos.ts';

/** The built files of one page. */
export interface Assets {
  scripts: readonly string[];
  styles: readonly string[];
  /** The modules that the scripts import. The browser loads them in parallel. */
  preloads: readonly string[];
}

export interface Page {
  preferences: Preferences;
  title: string;
  /** The colours, the fonts and the logo. */
  look: keyof typeof logos | 'plain';
  assets: Assets;
  /** More elements of the head. */
  head?: Piece;
  body: Piece;
}

/** A whole document. It has no inline scripts or styles, because the Content-Security-Policy blocks them. */
export const document = ({ preferences, title, look, assets, head, body }: Page): string =>
  html`<!doctype html>
<html lang="${preferences.lang}" data-look="${look}" data-theme="${preferences.theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${preferences.theme === 'auto' ? 'light dark' : preferences.theme}">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${assets.styles.map((href) => html`<link rel="stylesheet" href="${href}">\n`)}
${assets.preloads.map((href) => html`<link rel="modulepreload" href="${href}">\n`)}
${assets.scripts.map((src) => html`<script type="module" src="${src}"></script>\n`)}
${head}
</head>
<body>
${body}
</body>
</html>
`.text;

const languageNames: Words = { nl: 'Nederlands', en: 'English' };
const languageLabel: Words = { nl: 'Taal', en: 'Language' };

/** A link to the same page in the other language. */
export const languageSwitch = (lang: Language): Html => {
  const other = lang === 'nl' ? 'en' : 'nl';
  return html`<nav class="language" aria-label="${languageLabel[lang]}">
    <a href="?lang=${other}" hreflang="${other}" lang="${other}">${languageNames[other]}</a>
  </nav>`;
};

/** The button that logs out, with a checkbox that also forgets the device (R41a), for a shared computer. */
export const logOutControls = (lang: Language, to: string): Html => {
  const say = words(lang);
  return html`<span class="log-out-controls"><label class="small"><input type="checkbox" data-forget-device> ${say('forgetDevice')}</label>
    <button type="button" class="log-out" data-log-out="${to}">${say('logOut')}</button></span>`;
};

export interface Masthead {
  lang: Language;
  look: keyof typeof logos;
  name: string;
  tagline: string;
  home: string;
  /** Content at the end of the header, such as the name of the user and the button that logs out. */
  end?: Piece;
}

export const masthead = ({ lang, look, name, tagline, home, end }: Masthead): Html =>
  html`<header class="masthead">
  <div class="masthead-line">
    <a class="brand" href="${home}">${logos[look]}<span class="brand-words"><span class="brand-name">${name}</span>
      <span class="brand-tagline">${tagline}</span></span></a>
    <div class="masthead-end">${end}${languageSwitch(lang)}</div>
  </div>
</header>`;
