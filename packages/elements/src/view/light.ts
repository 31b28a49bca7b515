import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

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

/** The server's limit for usernames and email addresses. */
const MAX_LENGTH = 256;

type LightHost = ReactiveControllerHost & HTMLElement;

let count = 0;

const attributesOf = (
  spec: LightInput,
  form: string,
  error: string,
  autofocus: boolean,
): Record<string, string | null> => ({
  form,
  name: spec.name,
  type: spec.type ?? 'text',
  autocomplete: spec.autocomplete,
  autocapitalize: 'none',
  spellcheck: 'false',
  inputmode: spec.inputMode ?? null,
  'aria-label': spec.label,
  'aria-describedby': error,
  'aria-invalid': spec.invalid ? 'true' : null,
  'aria-hidden': spec.silent ? 'true' : null,
  readonly: spec.silent ? '' : null,
  tabindex: spec.silent ? '-1' : null,
  autofocus: autofocus && !spec.silent ? '' : null,
});

/**
 * Owns the nodes that must be in the page's own tree: the form, its inputs, its submit button and the error's text. A view
 * requests an input while it renders and gets the slot that shows it. Lit does not render these nodes, because frameworks and
 * pages remove, clone and move the children of an element. This class inserts the same nodes again.
 */
export class Light implements ReactiveController {
  readonly #host: LightHost;
  readonly #onSubmit: (values: Record<string, string>) => void;
  readonly #autofocus: () => boolean;
  readonly #nodes = new Map<string, HTMLElement>();
  readonly #applied = new WeakMap<HTMLElement, Record<string, string | null | undefined>>();
  readonly #observer = new MutationObserver(() => this.#commit());
  #specs: LightInput[] = [];
  #id = '';
  #said: unknown;

  /**
   * @param onSubmit called with the typed values when the form is submitted
   * @param autofocus returns whether a dialog that opens focuses the input
   */
  constructor(host: LightHost, onSubmit: (values: Record<string, string>) => void, autofocus: () => boolean) {
    this.#host = host;
    this.#onSubmit = onSubmit;
    this.#autofocus = autofocus;
    host.addController(this);
    host.addEventListener('submit', (event) => this.#submitted(event));
    host.addEventListener('input', ({ target }) => {
      const spec = this.#specs.find(({ name }) => this.#nodes.get(name) === target);
      if (spec) spec.onInput?.((target as HTMLInputElement).value, target as HTMLInputElement);
    });
  }

  /** Requests an input during a render. Returns the slot that shows it. */
  input(spec: LightInput): TemplateResult {
    this.#specs.push(spec);
    return html`<slot name=${`mfa-${spec.name}`}></slot>`;
  }

  /** Returns the input with this name, if it exists. */
  node(name: string): HTMLInputElement | undefined {
    return this.#nodes.get(name) as HTMLInputElement | undefined;
  }

  /** Returns the first input whose text is too long, with its limit. */
  tooLong(): { name: string; max: number } | undefined {
    return this.#specs
      .map(({ name, max = MAX_LENGTH }) => ({ name, max }))
      .find(({ name, max }) => (this.node(name)?.value.length ?? 0) > max);
  }

  /** Sets the error's text. With a new `about`, screen readers announce it again even if the text is the same. */
  say(text: string, about: unknown): void {
    const node = this.#node('error', 'p');
    if (node.textContent === text && this.#said === about) return;
    this.#said = about;
    node.textContent = text;
  }

  /** Submits the form, if it exists. */
  requestSubmit(): void {
    (this.#nodes.get('form') as HTMLFormElement | undefined)?.requestSubmit();
  }

  hostConnected(): void {
    this.#observer.observe(this.#host, { childList: true });
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  hostUpdate(): void {
    this.#specs = [];
  }

  hostUpdated(): void {
    this.#commit();
  }

  #submitted(event: Event): void {
    if (event.target !== this.#nodes.get('form')) return;
    event.preventDefault();
    event.stopPropagation();
    this.#onSubmit(
      Object.fromEntries(this.#specs.map(({ name }) => [name, (this.#nodes.get(name) as HTMLInputElement).value])),
    );
  }

  /** Creates, adopts, orders and removes nodes, so that they match the inputs of the last render. */
  #commit(): void {
    const form = this.#node('form', 'form');
    this.#claimId(form);
    const submit = this.#node('submit', 'button');
    const error = this.#node('error', 'p');
    this.#apply(form, { method: 'post', novalidate: '', hidden: '' });
    this.#apply(submit, { type: 'submit', form: this.#id, hidden: '' });
    this.#apply(error, { slot: 'mfa-error', role: 'alert', id: `${this.#id}-error` });
    const inputs = this.#specs.map((spec) => {
      const node = this.#node(spec.name, 'input') as HTMLInputElement;
      this.#apply(node, { ...attributesOf(spec, this.#id, error.id, this.#autofocus()), slot: `mfa-${spec.name}` });
      this.#value(node, spec.value);
      return node;
    });
    this.#arrange([form, ...inputs, submit, error]);
    this.#observer.takeRecords();
  }

  /** Returns the node of a key: the existing one, otherwise one from a clone or from the server's HTML, otherwise a new one. */
  #node(key: string, tag: string): HTMLElement {
    const own = this.#nodes.get(key);
    if (own) return own;
    const found = [...this.#host.children].find((child) => child.matches(`${tag}[data-mfa="${key}"]`));
    const node = (found ?? document.createElement(tag)) as HTMLElement;
    node.dataset.mfa = key;
    this.#nodes.set(key, node);
    return node;
  }

  /** Gives the form an id that is unique in this tree. Clones and second copies of the library may use the same ids. */
  #claimId(form: HTMLElement): void {
    const root = this.#host.getRootNode() as ParentNode;
    const taken = () => [...root.querySelectorAll(`[id="${this.#id}"]`)].some((node) => node !== form);
    while (!this.#id || taken()) {
      count += 1;
      this.#id = `mfa-${count}`;
    }
    form.id = this.#id;
  }

  #apply(node: HTMLElement, attributes: Record<string, string | null>): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (this.#applied.get(node)?.[name] === value) continue;
      if (value === null) node.removeAttribute(name);
      else node.setAttribute(name, value);
    }
    this.#applied.set(node, { ...this.#applied.get(node), ...attributes });
  }

  #value(node: HTMLInputElement, value: string | undefined): void {
    const last = this.#applied.get(node)?.['.value'];
    if (value !== undefined && value !== last && (last !== undefined || !node.value)) node.value = value;
    this.#applied.set(node, { ...this.#applied.get(node), '.value': value ?? '' });
  }

  /** Puts the nodes in order. A node that is in the right place is not moved, because a moved input loses its focus. */
  #arrange(nodes: HTMLElement[]): void {
    const wanted = new Set<Element>(nodes);
    for (const child of [...this.#host.children]) {
      if (!(child as HTMLElement).dataset.mfa || wanted.has(child)) continue;
      child.remove();
      for (const [key, node] of this.#nodes) if (node === child) this.#nodes.delete(key);
    }
    for (const key of [...this.#nodes.keys()])
      if (!wanted.has(this.#nodes.get(key) as Element)) this.#nodes.delete(key);
    let next: HTMLElement | null = null;
    for (const node of nodes.reverse()) {
      const follows = next && node.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (node.parentNode !== this.#host || (next && !follows)) this.#host.insertBefore(node, next);
      next = node;
    }
  }
}
