import type { Account } from '../phone/accounts.ts';

const type = (input: HTMLInputElement | null | undefined, value: string): void => {
  if (!input || input.value === value) return;
  input.value = value;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }));
};

/** Types an account's organisation, name and password into the fields that the widget shows now, as a person would. */
export function fillIn(widget: HTMLElement, account: Account): void {
  type(widget.shadowRoot?.querySelector<HTMLInputElement>('[role=combobox]'), account.organisationName);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete~=username]:not([readonly])'), account.username);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete=current-password]'), account.password);
}

/** Types a code into the code's field; false when there is none on the screen. */
export function typeCode(widget: HTMLElement, code: string): boolean {
  const field = widget.querySelector<HTMLInputElement>('input[autocomplete=one-time-code]');
  if (!field) return false;
  type(field, code);
  return true;
}
