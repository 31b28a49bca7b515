import type { Action } from './actions.ts';
import { el } from './dom.ts';
import { fill, say } from './words.ts';

/** Asks before something is done: what happens, why, and what else the verb has to know. Undefined when it is not to be. */
export async function confirm(
  action: Action,
  reason: string,
  person: string,
): Promise<Record<string, unknown> | undefined> {
  const why = el('input', {
    id: 'why',
    name: 'reason',
    required: true,
    maxlength: '500',
    autocomplete: 'off',
    value: reason,
  });
  why.value = reason;
  const form = el(
    'form',
    { method: 'dialog', class: 'confirm' },
    el('h2', { id: 'confirm-heading' }, `${fill(action.name)}: ${person}`),
    el('p', { id: 'confirm-about' }, fill(action.about)),
    ...choicesOf(action),
    el('p', { class: 'pair' }, el('label', { for: 'why' }, say('reason')), why),
    el(
      'p',
      { class: 'confirm-buttons' },
      el('button', { class: 'button', value: 'yes' }, fill(action.name)),
      el('button', { value: 'no', formnovalidate: true }, say('cancel')),
    ),
  );
  const dialog = el('dialog', { 'aria-labelledby': 'confirm-heading', 'aria-describedby': 'confirm-about' }, form);
  document.body.append(dialog);
  dialog.showModal();
  why.focus();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  const { returnValue } = dialog;
  const given = new FormData(form);
  dialog.remove();
  if (returnValue !== 'yes') return undefined;
  const { hours, ...rest } = Object.fromEntries(given);
  // The link of a letter always works for one hour.
  return { ...rest, ...(hours === undefined || rest.by === 'letter' ? {} : { hours: Number(hours) }) };
}

function choicesOf({ verb }: Action): Node[] {
  if (verb === 'issueCode') return [hours()];
  if (verb === 'resetPassword') {
    const by = radios('by', say('by'), [
      ['code', say('byCode')],
      ['letter', say('byLetter')],
    ]);
    return [by, hours()];
  }
  if (verb !== 'resetFactors') return [];
  return [
    radios('as', say('phone'), [
      ['replaced', say('phoneKept')],
      ['lost', say('phoneLost')],
    ]),
  ];
}

const hours = (): Node =>
  radios('hours', say('hours'), [
    ['1', say('hourOne')],
    ...['4', '24'].map((count) => [count, say('hour', { count })] as const),
  ]);

function radios(name: string, legend: string, choices: readonly (readonly [value: string, label: string])[]): Node {
  const options = choices.map(([value, label], index) =>
    el('label', { class: 'choice' }, el('input', { type: 'radio', name, value, checked: index === 0 }), label),
  );
  return el('fieldset', {}, el('legend', {}, legend), ...options);
}
