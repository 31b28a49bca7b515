import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { type LightInput, type LightNode, lightNodes } from './light-nodes.ts';

/** The server's limit for usernames and email addresses. */
const MAX_LENGTH = 256;

type LightHost = ReactiveControllerHost & HTMLElement;

let count = 0;

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
  #observer: MutationObserver | undefined;
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

  /** The inputs of the last render. */
  get specs(): readonly LightInput[] {
    return this.#specs;
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
    this.#observer ??= new MutationObserver(() => this.#commit());
    this.#observer.observe(this.#host, { childList: true });
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
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
    this.#claimId(this.#node('form', 'form'));
    const nodes = lightNodes(this.#id, this.#specs, this.#autofocus()).map(({ key, tag, attributes }) => {
      const node = this.#node(key, tag);
      this.#apply(node, attributes);
      return node;
    });
    for (const { name, value } of this.#specs) this.#value(this.#node(name, 'input') as HTMLInputElement, value);
    this.#arrange(nodes);
    this.#observer?.takeRecords();
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
  }

  #apply(node: HTMLElement, attributes: LightNode['attributes']): void {
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
