import type { Account } from '../phone/accounts.ts';

/** How long to wait for the list of organisations. */
const LIST_TIMEOUT_MS = 3000;

const type = (input: HTMLInputElement | null | undefined, value: string): void => {
  if (!input || input.value === value) return;
  input.value = value;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, data: value }));
};

/** Types the name of an organisation and selects it when the list shows it. */
function chooseOrganisation(root: ShadowRoot, name: string): void {
  const box = root.querySelector<HTMLInputElement>('[role=combobox]');
  if (!box || box.value === name) return;
  type(box, name);
  const select = (): void => {
    const options = [...root.querySelectorAll<HTMLElement>('[role=option]')];
    const option = options.find(({ textContent }) => textContent?.trim() === name);
    if (!option) return;
    observer.disconnect();
    option.click();
  };
  const observer = new MutationObserver(select);
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  setTimeout(() => observer.disconnect(), LIST_TIMEOUT_MS);
  select();
}

/** Types the account's organisation, username and password into the fields that the widget shows. */
export function fillIn(widget: HTMLElement, account: Account): void {
  if (widget.shadowRoot) chooseOrganisation(widget.shadowRoot, account.organisationName);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete~=username]:not([readonly])'), account.username);
  type(widget.querySelector<HTMLInputElement>('input[autocomplete=current-password]'), account.password);
}

/** Types a code into the code field, if the widget shows one. */
export function typeCode(widget: HTMLElement, code: string): void {
  type(widget.querySelector<HTMLInputElement>('input[autocomplete=one-time-code]'), code);
}
