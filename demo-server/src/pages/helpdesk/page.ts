import type { Actor } from '@tweestap/server';
import { type Action, actions } from './actions.ts';
import { type Asker, ask, explain, type Found, Refused, type Result } from './ask.ts';
import { confirm } from './confirm.ts';
import { el, part } from './dom.ts';
import { showFiles } from './files.ts';
import { badgeOf, stateOf } from './state.ts';
import { fill, formatTime, say, type Word } from './words.ts';

const role = part<HTMLSelectElement>('role');
const organisation = part<HTMLSelectElement>('organisation');
const query = part<HTMLInputElement>('query');
const reason = part<HTMLInputElement>('reason');
const resultsBox = part('results');
const userBox = part('user');

function asker(): Asker {
  const actor = JSON.parse(role.value) as Actor;
  return { actor, organisation: actor.role === 'administrator' ? organisation.value : actor.organisation };
}

/** Clears the page after a change of role, because the new role may not be allowed to see the same users. */
function clear(): void {
  resultsBox.replaceChildren();
  userBox.replaceChildren();
  userBox.hidden = true;
  part('find-error').textContent = '';
  part('organisation-line').hidden = asker().actor.role !== 'administrator';
  showFiles(asker(), () => needed(reason, 'needReason'));
}

/** The text of a required field. If it is empty, the page shows an error, moves the focus there and returns undefined. */
function needed(field: HTMLInputElement, word: Word): string | undefined {
  const text = field.value.trim();
  part('find-error').textContent = text === '' ? say(word) : '';
  field.toggleAttribute('aria-invalid', text === '');
  if (text !== '') return text;
  field.focus();
  return undefined;
}

async function search(): Promise<void> {
  resultsBox.replaceChildren();
  userBox.hidden = true;
  const text = needed(query, 'needQuery');
  const because = text && needed(reason, 'needReason');
  if (!text || !because) return;
  try {
    const { users, more } = await ask('search', asker(), { query: text, reason: because });
    const [first] = users;
    if (first && users.length === 1) return await open(first.id);
    if (!first) {
      resultsBox.append(el('h2', {}, say('noUser')), el('p', {}, say('noUserText')));
      return;
    }
    const items = users.map(({ id, username, name, email }) => {
      const about = el('span', { class: 'small' }, namesOf({ username, email }));
      const button = el('button', { type: 'button', class: 'result' }, el('span', {}, name ?? username), about);
      button.addEventListener('click', () => void open(id));
      return el('li', {}, button);
    });
    resultsBox.append(
      el('h2', {}, say('several')),
      el('ul', { class: 'results' }, ...items),
      ...(more ? [el('p', {}, say('more'))] : []),
    );
  } catch (error) {
    part('find-error').textContent = messageOf(error);
  }
}

/** Loads an account and shows it. `result` reports the action that was just completed. */
async function open(id: string, result?: Node): Promise<void> {
  try {
    const found = await ask('find', asker(), { account: id, reason: reason.value.trim() });
    resultsBox.replaceChildren();
    show(found, result);
  } catch (error) {
    part('find-error').textContent = messageOf(error);
  }
}

function show(found: Found, result?: Node): void {
  const { name, username, email } = found;
  const status = el('div', { class: 'note', role: 'status' });
  userBox.replaceChildren(
    el('h2', {}, name ?? username, ' ', badgeOf(found)),
    el('p', { class: 'small' }, namesOf({ username, email })),
    status,
    stateOf(found),
    el('h3', {}, say('what')),
    el('div', { class: 'actions' }, ...buttonsFor(found)),
  );
  userBox.hidden = false;
  userBox.focus();
  if (result) status.append(result);
}

/** The username and the email address, or only the username when both are the same. */
const namesOf = ({ username, email }: { username: string; email: string | undefined }): string =>
  [username, email === username ? undefined : email].filter(Boolean).join(' · ');

function buttonsFor(found: Found): Node[] {
  const { actor } = asker();
  return actions
    .filter(({ helps, roles }) => helps(found) && (roles?.includes(actor.role) ?? true))
    .map((action) => {
      const button = el('button', { type: 'button' }, fill(action.name));
      button.addEventListener('click', () => void act(action, found));
      return button;
    });
}

async function act(action: Action, found: Found): Promise<void> {
  const choices = await confirm(action, reason.value, found.name ?? found.username);
  if (!choices) return;
  const target = action.verb === 'letter' ? { accounts: [found.id] } : { account: found.id };
  const printed = action.verb === 'letter' || choices.by === 'letter' ? letterOptions() : {};
  try {
    const result = await ask(action.verb, asker(), { ...choices, ...target, ...printed });
    await open(found.id, resultOf(action, result));
  } catch (error) {
    show(found, el('p', { class: 'wrong' }, messageOf(error)));
  }
}

const letterOptions = (): object => ({
  language: document.documentElement.lang,
  stylesheet: new URL('/demo/letter.css', location.href).href,
});

/** Shows the result of an action: a confirmation, and possibly a code to read out or a letter to print. */
function resultOf({ done, verb }: Action, result: object): Node {
  const isStart = verb === 'resetPassword';
  const codeText = isStart ? 'startCodeText' : 'theCodeText';
  const box = el('div', {}, el('p', { class: 'done' }, fill(done)));
  if ('code' in result && 'expiresAt' in result) {
    box.append(
      el('p', {}, say('theCode')),
      el('p', { class: 'code' }, String(result.code)),
      el('p', { class: 'small' }, say(codeText, { until: formatTime(String(result.expiresAt)) })),
    );
  }
  if ('remaining' in result) {
    for (const cap of result.remaining as Result<'unlock'>['remaining']) box.append(el('p', {}, say(cap)));
  }
  if ('html' in result) {
    const href = URL.createObjectURL(new Blob([String(result.html)], { type: 'text/html' }));
    const until = formatTime(expiryOf(result));
    box.append(
      el('p', {}, el('a', { class: 'button', href, target: '_blank' }, say('openLetter'))),
      el('p', { class: 'small' }, say(isStart ? 'startLetterText' : 'letterText', { until })),
    );
  }
  return box;
}

/** When the link in a letter expires. The verb `letter` reports it per user, `resetPassword` once. */
function expiryOf(result: object): string {
  const { users, expiresAt } = result as { users?: { expiresAt: string }[]; expiresAt?: string };
  return users?.[0]?.expiresAt ?? expiresAt ?? '';
}

function messageOf(error: unknown): string {
  if (error instanceof Refused) return explain(error);
  throw error;
}

/** Starts the page of the help desk. */
export function startHelpDesk(): void {
  role.addEventListener('change', clear);
  organisation.addEventListener('change', clear);
  part('find').addEventListener('submit', (event) => {
    event.preventDefault();
    void search();
  });
  clear();
}
