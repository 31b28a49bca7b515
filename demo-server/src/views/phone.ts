import { html } from '../text/html.ts';
import type { Preferences, Words } from '../text/language.ts';
import { type Assets, document } from './layout.ts';

const texts = {
  title: { nl: 'Demotelefoon', en: 'Demo phone' },
  lead: {
    nl: 'Een gesimuleerde telefoon met een authenticatie-app, om de demo uit te proberen. De app toont de codes van alle demo-accounts. De telefoon ontvangt ook de sms’jes van de demo, aan elk nummer.',
    en: 'A simulated phone with an authenticator app, for trying out the demo. The app shows the codes of all demo accounts. The phone also receives the text messages of the demo, to any number.',
  },
  codes: { nl: 'Codes', en: 'Codes' },
  messages: { nl: 'Berichten', en: 'Messages' },
  clock: { nl: 'Klok van de telefoon', en: 'Phone clock' },
  minutes: { nl: 'Afwijking in minuten', en: 'Offset in minutes' },
  hours: { nl: 'Afwijking in hele uren', en: 'Offset in whole hours' },
  reset: { nl: 'Klok gelijkzetten', en: 'Reset the clock' },
  add: { nl: 'Account toevoegen', en: 'Add an account' },
  addText: {
    nl: 'Plak de sleutel of de otpauth-link van de pagina waarop je de app instelt. Of sleep een schermafbeelding met de QR-code hierheen.',
    en: 'Paste the key or the otpauth link from the page where you set up the app. Or drop a screenshot of the QR code here.',
  },
  key: { nl: 'Sleutel of link', en: 'Key or link' },
  addButton: { nl: 'Toevoegen', en: 'Add' },
  needsScript: { nl: 'De telefoon werkt alleen met JavaScript.', en: 'The phone requires JavaScript.' },
  approve: {
    nl: 'De app die inlogverzoeken goedkeurt, is een echte webapp:',
    en: 'The app that approves logins is a real web app:',
  },
  openApprove: { nl: 'Open de app', en: 'Open the app' },
  toPortal: { nl: 'Naar het portaal', en: 'Go to the portal' },
} as const satisfies Record<string, Words>;

/** `/phone`: the simulated phone. Its script computes the codes in the browser. */
export const phonePage = (preferences: Preferences, assets: Assets): string => {
  const { lang } = preferences;
  const say = (key: keyof typeof texts): string => texts[key][lang];
  const body = html`<main class="bench">
  <div class="bench-words"><h1>${say('title')}</h1><p>${say('lead')}</p>
    <section class="clock" aria-labelledby="clock-heading"><h2 id="clock-heading">${say('clock')}</h2>
      <p class="clock-now" role="status" data-clock-words></p>
      <label for="minutes">${say('minutes')}</label>
      <div class="slide"><input id="minutes" type="range" min="-15" max="15" step="1" value="0"><output for="minutes" data-minutes>0</output></div>
      <label for="hours">${say('hours')}</label>
      <div class="slide"><input id="hours" type="range" min="-12" max="12" step="1" value="0"><output for="hours" data-hours>0</output></div>
      <button type="button" data-reset-clock>${say('reset')}</button></section>
    <form class="add" data-add novalidate><h2>${say('add')}</h2><p id="add-text">${say('addText')}</p>
      <label for="key">${say('key')}</label>
      <div class="add-line"><input id="key" name="key" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="add-text add-error"><button>${say('addButton')}</button></div>
      <p id="add-error" class="add-error" role="alert" data-add-error></p></form>
    <p>${say('approve')} <a href="/approve">${say('openApprove')}</a></p>
    <p><a href="/">${say('toPortal')}</a></p>
    <noscript><p>${say('needsScript')}</p></noscript></div>
  <div class="phone"><div class="phone-screen"><p class="phone-time" data-phone-time></p>
    <section class="texts" data-texts-section hidden><h2>${say('messages')}</h2><ul data-texts aria-live="polite"></ul></section>
    <h2>${say('codes')}</h2>
    <ul class="entries" data-entries></ul></div></div>
</main>
<template id="text"><li class="text"><span class="text-to" data-to></span><time class="text-at" data-at></time>
  <p class="text-words" data-words></p></li></template>
<template id="entry"><li class="entry"><span class="entry-issuer" data-issuer></span>
  <span class="entry-code"><span class="entry-digits" data-digits></span>
    <svg class="ring" viewBox="0 0 24 24" aria-hidden="true"><circle class="ring-track" cx="12" cy="12" r="10"/><circle class="ring-left" data-ring cx="12" cy="12" r="10" pathLength="30" stroke-dasharray="30 30"/></svg></span>
  <span class="entry-account" data-account></span><button type="button" class="entry-copy" data-copy></button></li></template>`;
  return document({ preferences, title: say('title'), look: 'plain', assets, body });
};
