/** One input in the page's own tree. */
export interface LightInput {
  /** The `name` of the input, which is also the name of its value. */
  name: string;
  /** The accessible name. The visible label is in the shadow tree, so the input can't refer to it by an id. */
  label: string;
  /** The attribute `autocomplete`. */
  autocomplete: string;
  /** The attribute `type`. Default `text`. */
  type?: 'text' | 'password' | 'email' | 'tel';
  /** The attribute `inputmode`. Default none. */
  inputMode?: 'numeric' | 'email' | 'tel' | 'text';
  /** Written to the input when it is made and whenever this value changes. Otherwise the typed text stays. */
  value?: string | undefined;
  /** Whether the input is only for password managers: invisible, not focusable, and ignored by screen readers. Default false. */
  silent?: boolean;
  /** The longest text that the server accepts, in UTF-16 units. Longer text is reported and never cut off. Default 256. */
  max?: number;
  /** Whether the last input was refused. Default false. */
  invalid?: boolean;
  /** Called with the typed text at each change. */
  onInput?: (value: string, input: HTMLInputElement) => void;
}

/** One node in the page's own tree. */
export interface LightNode {
  /** The value of the attribute `data-mfa`, which is unique in an element. */
  readonly key: string;
  /** The name of its tag. */
  readonly tag: string;
  /** The attributes by name. Null removes the attribute. */
  readonly attributes: Readonly<Record<string, string | null>>;
}

const inputNode = (spec: LightInput, form: string, autofocus: boolean): LightNode => ({
  key: spec.name,
  tag: 'input',
  attributes: {
    form,
    name: spec.name,
    type: spec.type ?? 'text',
    autocomplete: spec.autocomplete,
    autocapitalize: 'none',
    spellcheck: 'false',
    inputmode: spec.inputMode ?? null,
    'aria-label': spec.label,
    'aria-describedby': `${form}-error`,
    'aria-invalid': spec.invalid ? 'true' : null,
    'aria-hidden': spec.silent ? 'true' : null,
    readonly: spec.silent ? '' : null,
    tabindex: spec.silent ? '-1' : null,
    autofocus: autofocus && !spec.silent ? '' : null,
    slot: `mfa-${spec.name}`,
  },
});

/**
 * Returns the nodes in their order: the form, the inputs, the submit button and the text of the error. The browser and the
 * server make the same nodes of it.
 * @param id the id of the form
 * @param autofocus whether a dialog that opens focuses the inputs
 */
export const lightNodes = (id: string, specs: readonly LightInput[], autofocus: boolean): readonly LightNode[] => [
  { key: 'form', tag: 'form', attributes: { id, method: 'post', novalidate: '', hidden: '' } },
  ...specs.map((spec) => inputNode(spec, id, autofocus)),
  // The server sends the button disabled, so that nothing can be submitted before the script is loaded.
  { key: 'submit', tag: 'button', attributes: { type: 'submit', form: id, hidden: '', disabled: null } },
  { key: 'error', tag: 'p', attributes: { slot: 'mfa-error', role: 'alert', id: `${id}-error` } },
];
