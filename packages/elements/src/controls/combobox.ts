import type { Kept, MfaProblem } from '@tweestap/client';
import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { errorLine } from '../view/frame.ts';
import type { Host } from '../view/host.ts';

/** An organisation that the user can choose. */
export interface Choice {
  /** The id that is submitted. */
  readonly id: string;
  /** The name that is shown and searched. */
  readonly name: string;
}

/** Milliseconds between the last keystroke and the search on the server. */
const SEARCH_DELAY_MS = 150;

/** Normalises a name for the search: lower case, without diacritics. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/**
 * Lets the user choose an organisation by its name. It is the combobox of the ARIA Authoring Practices with a listbox and manual
 * selection. It is in the shadow tree, because its ids must be in one tree and an organisation is not a credential.
 */
export class Combobox implements ReactiveController {
  readonly #host: Host;
  #given: readonly Choice[] | undefined;
  #found: readonly Choice[] = [];
  #text: string | undefined;
  #searched: string | undefined;
  #call = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open = false;
  #active = -1;
  #chosen: Choice | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.element.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** The chosen organisation: the one picked from the list, or the only one that matches the typed name. */
  get value(): Choice | undefined {
    if (this.#chosen) return this.#chosen;
    const text = plain(this.#text ?? '');
    const same = this.#choices.filter(({ name }) => plain(name) === text);
    const fitting = same.length > 0 ? same : this.#choices;
    return text && fitting.length === 1 ? fitting[0] : undefined;
  }

  /** Searches for the typed name if that was not done yet, and submits the form after the response. Returns whether it does so. */
  waits(): boolean {
    const query = (this.#text ?? '').trim();
    if (this.#given || !query || query === this.#searched) return false;
    clearTimeout(this.#timer);
    void this.#search(query, true);
    return true;
  }

  /**
   * Returns the field with its list.
   * @param given all organisations, if they are few; otherwise the server searches them
   */
  render(given: readonly Choice[] | undefined, kept: Kept['organisation'], wrong: boolean): TemplateResult {
    this.#given = given;
    const keptName = kept?.name ?? given?.find(({ id }) => id === kept?.id)?.name;
    if (this.#text === undefined && kept?.id && keptName) this.#chosen = { id: kept.id, name: keptName };
    const text = this.#text ?? this.#chosen?.name ?? '';
    const choices = this.#choices;
    const host = this.#host;
    const label = host.text('organisation.label');
    const none = !this.#chosen && choices.length === 0 && (given || this.#searched !== undefined) && text;
    return html`
      <div part="field" @focusout=${this.#left}>
        <label part="label" for="organisation">${label}</label>
        <div part=${wrong ? 'input invalid' : 'input'} @mousedown=${this.#pressed}>
          <input
            id="organisation" role="combobox" type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
            aria-autocomplete="list" aria-controls="organisations" aria-expanded=${this.#open && choices.length > 0}
            aria-activedescendant=${this.#open && choices[this.#active] ? `organisation-${this.#active}` : nothing}
            aria-invalid=${wrong || nothing} ?autofocus=${host.element.autofocus} .value=${text} @input=${this.#typed} @keydown=${this.#key}
          />
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m3.5 6 4.5 4.5L12.5 6" /></svg>
        </div>
        <div part="listbox" id="organisations" role="listbox" aria-label=${label} ?hidden=${!this.#open || !choices.length}>
          ${choices.map((choice, index) => this.#option(choice, index))}
        </div>
        <p part="description none" role="status">${none ? host.text('organisation.none') : nothing}</p>
        ${wrong ? errorLine() : nothing}
      </div>
    `;
  }

  #option(choice: Choice, index: number): TemplateResult {
    const active = index === this.#active;
    const pick = (event: Event) => {
      event.preventDefault();
      this.#pick(choice);
    };
    return html`<div
      part=${active ? 'option active' : 'option'} role="option" id="organisation-${index}"
      aria-selected=${choice.id === this.#chosen?.id} @mousedown=${pick} @click=${pick}
    >${choice.name}</div>`;
  }

  get #choices(): readonly Choice[] {
    if (!this.#given) return this.#found;
    const text = this.#chosen ? '' : plain(this.#text ?? '');
    return this.#given.filter(({ name }) => plain(name).includes(text));
  }

  readonly #typed = (event: Event): void => {
    this.#text = (event.target as HTMLInputElement).value;
    this.#chosen = undefined;
    this.#active = -1;
    this.#show();
  };

  #show(): void {
    this.#open = true;
    this.#host.element.requestUpdate();
    if (this.#given) return;
    clearTimeout(this.#timer);
    const query = this.#chosen ? '' : (this.#text ?? '').trim();
    if (query !== this.#searched)
      this.#timer = setTimeout(() => this.#search(query), this.#searched === undefined ? 0 : SEARCH_DELAY_MS);
  }

  async #search(query: string, send = false): Promise<void> {
    this.#call += 1;
    const call = this.#call;
    try {
      const found = await this.#host.organisations(query).catch((problem) => {
        // No organisation has a name that the server refuses to search, such as one of 300 characters.
        if (problem.status === 400) return [];
        throw problem;
      });
      if (call !== this.#call) return;
      this.#found = found;
      this.#searched = query;
      this.#host.complain('organisation', '');
      if (send) this.#host.light.requestSubmit();
    } catch (problem) {
      // The next keystroke searches again.
      this.#searched = undefined;
      this.#host.complain('organisation', this.#host.explain(problem as MfaProblem));
    }
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') this.#move(key === 'ArrowDown' ? 1 : -1);
    else if (key === 'Escape' && this.#open) this.#close();
    else if (key === 'Enter' && this.#open && this.#choices[this.#active]) this.#pick(this.#choices[this.#active]);
    else return;
    event.preventDefault();
  };

  #move(by: 1 | -1): void {
    const { length } = this.#choices;
    if (!this.#open) this.#show();
    else if (length) this.#active = this.#active < 0 && by < 0 ? length - 1 : (this.#active + by + length) % length;
    if (this.#active < 0 && by > 0 && length) this.#active = 0;
    this.#host.element.requestUpdate();
    void this.#host.element.updateComplete.then(() =>
      this.#host.element.shadowRoot?.querySelector('[part~=active]')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  readonly #pressed = (event: MouseEvent): void => {
    const input = (event.currentTarget as HTMLElement).querySelector('input');
    if (event.target !== input) event.preventDefault();
    input?.focus();
    if (this.#open) this.#close();
    else this.#show();
  };

  #pick(choice: Choice | undefined): void {
    this.#chosen = choice;
    this.#text = choice?.name;
    this.#close();
  }

  #close(): void {
    this.#open = false;
    this.#active = -1;
    this.#host.element.requestUpdate();
  }

  readonly #left = (): void => {
    if (this.#open) this.#close();
  };
}
