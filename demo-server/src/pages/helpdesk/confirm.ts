import type { Action } from './actions.ts';
import { el } from './dom.ts';
import { fill, formatHours, say } from './words.ts';

/**
 * Shows a dialog that explains an action and asks for the reason and the options of the verb.
 * @returns the values of the form, or undefined when the dialog was cancelled
 */
export async function confirm(
  action: Action,
  reason: string,
  user: string,
): Promise<Record<string, unknown> | undefined> {
  const reasonField = el('input', {
    id: 'confirm-reason',
    name: 'reason',
    required: true,
    maxlength: '500',
    autocomplete: 'off',
    value: reason,
  });
  reasonField.value = reason;
  const heading = el('h2', { id: 'confirm-heading', tabindex: '-1' }, `${fill(action.name)}: ${user}`);
  const form = el(
    'form',
    { method: 'dialog', class: 'confirm' },
    heading,
    el('p', { id: 'confirm-about' }, fill(action.about)),
    ...optionsOf(action),
    el('p', { class: 'pair' }, el('label', { for: 'confirm-reason' }, say('reason')), reasonField),
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
  // The reason is filled in already. In its field or on a button, a second Enter would confirm the action.
  heading.focus();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  const { returnValue } = dialog;
  const values = new FormData(form);
  dialog.remove();
  if (returnValue !== 'yes') return undefined;
  const { hours, ...rest } = Object.fromEntries(values);
  // The link in a letter is always valid for one hour.
  return { ...rest, ...(hours === undefined || rest.by === 'letter' ? {} : { hours: Number(hours) }) };
}

function optionsOf({ verb }: Action): Node[] {
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
  radios('hours', say('hours'), [...[1, 4, 24].map((count) => [String(count), formatHours(count)] as const)]);

function radios(name: string, legend: string, choices: readonly (readonly [value: string, label: string])[]): Node {
  const options = choices.map(([value, label], index) =>
    el('label', { class: 'choice' }, el('input', { type: 'radio', name, value, checked: index === 0 }), label),
  );
  return el('fieldset', {}, el('legend', {}, legend), ...options);
}
