import type { StepOf } from '@tweestap/protocol';
import { html, nothing } from 'lit';
import { notNow, ownLink } from '../controls/links.ts';
import { day } from '../controls/times.ts';
import type { Key } from '../locales/messages.ts';
import type { Host, Screen, View } from '../view/host.ts';

const questions = ['what', 'how', 'why', 'when', 'long'] as const;

const timeLeft = (step: StepOf<'enroll-offer'>, host: Host): string => {
  if (step.mandatory) return host.text('enroll-offer.mandatory');
  const { until, daysLeft } = step;
  if (until === undefined || daysLeft === undefined) return '';
  const key: Key = daysLeft === 0 ? 'enroll-offer.today' : 'enroll-offer.days';
  return host.text(key, { day: day(host.language, until), count: daysLeft });
};

const answers = (step: StepOf<'enroll-offer'>, host: Host) => html`<dl part="about">
  ${questions.map((question) => {
    const key: Key =
      question === 'when' && step.remembers ? 'enroll-offer.when-remembered' : `enroll-offer.${question}`;
    return html`<dt>${host.text(`enroll-offer.${question}?`)}</dt><dd>${host.text(key)}</dd>`;
  })}
</dl>`;

/** Offers a passkey after a login without one. The button leads straight to the browser's prompt, if the step has its options. */
const passkeyOffer = (step: StepOf<'enroll-offer'>, host: Host): Screen => ({
  name: 'enroll-offer',
  heading: host.text('enroll-offer.passkey'),
  description: host.text('enroll-offer.about-passkey'),
  primary: host.text('enroll-offer.accept-passkey'),
  onPrimary: () => (step.options ? host.passkey() : host.send({ step: 'enroll-offer', action: 'accept' })),
  isAsking: host.asking,
  links: notNow(host),
});

/** Offers to move from text messages to another method (W1). */
const moveOffer = (step: StepOf<'enroll-offer'>, host: Host): Screen => {
  const time = timeLeft(step, host);
  return {
    name: 'enroll-offer',
    heading: host.text(step.method === 'passkey' ? 'enroll-offer.move-passkey' : 'enroll-offer.move'),
    description: host.text('enroll-offer.about-move'),
    fields: time ? html`<p part="deadline">${time}</p>` : nothing,
    primary: host.text('enroll-offer.accept'),
    onPrimary: () => host.send({ step: 'enroll-offer', action: 'accept' }),
    links: notNow(host),
  };
};

/** Explains two-step login and asks whether to set it up now. */
export const enrollOffer: View<'enroll-offer'> = (step, host) => {
  if (step.reason === 'passkey') return passkeyOffer(step, host);
  if (step.reason === 'move') return moveOffer(step, host);
  const isNew = step.reason === 'set-up';
  const { explanation } = step;
  const time = timeLeft(step, host);
  return {
    name: 'enroll-offer',
    heading: host.text(isNew ? 'enroll-offer.heading' : 'enroll-offer.new-phone'),
    description: isNew ? undefined : host.text('enroll-offer.about-phone'),
    fields: html`
      ${isNew ? answers(step, host) : nothing}
      ${explanation ? html`<p part="explanation">${explanation.text} ${ownLink(host, explanation.url)}</p>` : nothing}
      ${time && isNew ? html`<p part="deadline">${time}</p>` : nothing}
    `,
    primary: host.text(isNew ? 'enroll-offer.accept' : 'enroll-offer.accept-phone'),
    onPrimary: () => host.send({ step: 'enroll-offer', action: 'accept' }),
    links: notNow(host, isNew ? 'not-now' : 'enroll-offer.keep-phone'),
  };
};
