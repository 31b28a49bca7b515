import type { Account } from '../phone/accounts.ts';

/** Milliseconds that the list of organisations gets to come. */
const patience = 3000;

const type = (input: HTMLInputElement | null | undefined, value: string): void => {
  if (!input || input.value === value) return;
  input.value = value;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }));
};

/** Types an organisation's name and takes it from the list when the list has come. */
function choose(root: ShadowRoot, name: string): void {
  const box = root.querySelector<HTMLInputElement>('[role=combobox]');
  if (!box || box.value === name) return;
  type(box, name);
  const take = (): void => {
    const options = [...root.querySelectorAll<HTMLElement>('[role=option]')];
    const option = options.find((one) => one.textContent?.trim() === name);
    if (!option) return;
    observer.disconnect();
    option.click();
  };
  const observer = new MutationObserver(take);
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  setTimeout(() => observer.disconnect(), patience);
  take();
}

/** Types an account's organisation, name and password into the fields that the widget shows now, as a person would. */
export function fillIn(widget: HTMLElement, account: Account): void {
  if (widget.shadowRoot) choose(widget.shadowRoot, account.organisationName);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete~=username]:not([readonly])'), account.username);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete=current-password]'), account.password);
}

/** Types a code into the code's field, where there is one. */
export function typeCode(widget: HTMLElement, code: string): void {
  type(widget.querySelector<HTMLInputElement>('input[autocomplete=one-time-code]'), code);
}
