import type { Host } from './host.ts';

/**
 * Focuses the field that is asked for: the refused one, else the first. What it holds is selected, a refused
 * code is taken away: typing replaces it. Returns whether there is a field.
 * @param keep what it holds is what is typed just now
 */
export const focusField = (host: Host, keep = false): boolean => {
  const inputs = [
    ...(host.element.shadowRoot?.querySelectorAll<HTMLInputElement>('[part~=input] input') ?? []),
    ...host.element.querySelectorAll<HTMLInputElement>(':scope > input[data-mfa]:not([readonly])'),
  ];
  const field = inputs.find((input) => input.matches('[aria-invalid=true]')) ?? inputs[0];
  field?.focus();
  if (keep) return true;
  if (field?.autocomplete !== 'one-time-code') field?.select();
  else if (host.wrong && host.wrong !== 'wait') field.value = '';
  return field !== undefined;
};
