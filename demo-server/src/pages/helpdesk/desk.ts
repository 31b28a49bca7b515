import type { Actor } from '@tweestap/server';
import { type Action, actions } from './actions.ts';
import { type Answer, type Asker, ask, type Found, Refused } from './ask.ts';
import { confirm } from './confirm.ts';
import { el, part } from './dom.ts';
import { showFiles } from './files.ts';
import { badgeOf, stateOf } from './person.ts';
import { why } from './why.ts';
import { fill, moment, say, type Word } from './words.ts';

type Unlocked = Answer<'unlock'>;

const who = part<HTMLSelectElement>('who');
const where = part<HTMLSelectElement>('where');
const query = part<HTMLInputElement>('query');
const reason = part<HTMLInputElement>('reason');
const foundBox = part('found');
const personBox = part('person');

function asker(): Asker {
  const actor = JSON.parse(who.value) as Actor;
  return { actor, organisation: actor.role === 'administrator' ? where.value : actor.organisation };
}

/** Another helper begins with an empty desk: what one could see is not the other's business. */
function clear(): void {
  foundBox.replaceChildren();
  personBox.replaceChildren();
  personBox.hidden = true;
  part('find-error').textContent = '';
  part('where-line').hidden = asker().actor.role !== 'administrator';
  showFiles(asker(), () => needed(reason, 'needReason'));
}

/** What stands in a field; where nothing does, the page says so and goes there. */
function needed(field: HTMLInputElement, word: Word): string | undefined {
  const text = field.value.trim();
  part('find-error').textContent = text === '' ? say(word) : '';
  field.toggleAttribute('aria-invalid', text === '');
  if (text !== '') return text;
  field.focus();
  return undefined;
}

async function search(): Promise<void> {
  foundBox.replaceChildren();
  personBox.hidden = true;
  const asked = needed(query, 'needQuery');
  const because = asked && needed(reason, 'needReason');
  if (!asked || !because) return;
  try {
    const { people, more } = await ask('search', asker(), { query: asked, reason: because });
    const [first] = people;
    if (first && people.length === 1) return await open(first.id);
    if (!first) {
      foundBox.append(el('h2', {}, say('nobody')), el('p', {}, say('nobodyText')));
      return;
    }
    const items = people.map(({ id, username, name, email }) => {
      const about = el('span', { class: 'small' }, namesOf({ username, email }));
      const button = el('button', { type: 'button', class: 'result' }, el('span', {}, name ?? username), about);
      button.addEventListener('click', () => void open(id));
      return el('li', {}, button);
    });
    foundBox.append(
      el('h2', {}, say('several')),
      el('ul', { class: 'results' }, ...items),
      ...(more ? [el('p', {}, say('more'))] : []),
    );
  } catch (error) {
    part('find-error').textContent = said(error);
  }
}

/** Shows a person; `note` is what was just done. */
async function open(id: string, note?: Node): Promise<void> {
  try {
    const found = await ask('find', asker(), { account: id, reason: reason.value.trim() });
    foundBox.replaceChildren();
    show(found, note);
  } catch (error) {
    part('find-error').textContent = said(error);
  }
}

function show(found: Found, note?: Node): void {
  const { name, username, email } = found;
  const status = el('div', { class: 'note', role: 'status' });
  personBox.replaceChildren(
    el('h2', {}, name ?? username, ' ', badgeOf(found)),
    el('p', { class: 'small' }, namesOf({ username, email })),
    status,
    stateOf(found),
    el('h3', {}, say('what')),
    el('div', { class: 'actions' }, ...buttonsFor(found)),
  );
  personBox.hidden = false;
  personBox.focus();
  if (note) status.append(note);
}

/** A username that is an address need not be said twice. */
const namesOf = ({ username, email }: { username: string; email: string | undefined }): string =>
  [username, email === username ? undefined : email].filter(Boolean).join(' · ');

function buttonsFor(found: Found): Node[] {
  const { role } = asker().actor;
  return actions
    .filter(({ helps, roles }) => helps(found) && (roles?.includes(role) ?? true))
    .map((action) => {
      const button = el('button', { type: 'button' }, fill(action.name));
      button.addEventListener('click', () => void act(action, found));
      return button;
    });
}

async function act(action: Action, found: Found): Promise<void> {
  const told = await confirm(action, reason.value, found.name ?? found.username);
  if (!told) return;
  const target = action.verb === 'letter' ? { accounts: [found.id] } : { account: found.id };
  const printed = action.verb === 'letter' || told.by === 'letter' ? paper() : {};
  try {
    const answer = await ask(action.verb, asker(), { ...told, ...target, ...printed });
    await open(found.id, noteOf(action, answer));
  } catch (error) {
    show(found, el('p', { class: 'wrong' }, said(error)));
  }
}

const paper = (): object => ({
  language: document.documentElement.lang,
  stylesheet: new URL('/demo/letter.css', location.href).href,
});

/** What the helper has to know now: that it is done, the code to read out, the letter to print. */
function noteOf({ done, verb }: Action, answer: object): Node {
  const isStart = verb === 'resetPassword';
  const codeText = isStart ? 'startCodeText' : 'theCodeText';
  const note = el('div', {}, el('p', { class: 'done' }, fill(done)));
  if ('code' in answer && 'expiresAt' in answer) {
    note.append(
      el('p', {}, say('theCode')),
      el('p', { class: 'code' }, String(answer.code)),
      el('p', { class: 'small' }, say(codeText, { until: moment(String(answer.expiresAt)) })),
    );
  }
  if ('remaining' in answer) {
    for (const cap of answer.remaining as Unlocked['remaining']) note.append(el('p', {}, say(cap)));
  }
  if ('html' in answer) {
    const href = URL.createObjectURL(new Blob([String(answer.html)], { type: 'text/html' }));
    note.append(
      el('p', {}, el('a', { class: 'button', href, target: '_blank' }, say('openLetter'))),
      el('p', { class: 'small' }, say(isStart ? 'startLetterText' : 'letterText', { until: moment(expiryOf(answer)) })),
    );
  }
  return note;
}

/** Until when a letter's link works, whether it is one of several letters or the only one. */
function expiryOf(answer: object): string {
  const { people, expiresAt } = answer as { people?: { expiresAt: string }[]; expiresAt?: string };
  return people?.[0]?.expiresAt ?? expiresAt ?? '';
}

function said(error: unknown): string {
  if (error instanceof Refused) return why(error);
  throw error;
}

/** Starts the page. */
export function startDesk(): void {
  who.addEventListener('change', clear);
  where.addEventListener('change', clear);
  part('find').addEventListener('submit', (event) => {
    event.preventDefault();
    void search();
  });
  clear();
}
