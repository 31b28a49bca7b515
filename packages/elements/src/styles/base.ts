import { css } from 'lit';

/**
 * The styles of the first screen. Colours are derived from one accent, and `light-dark()` follows the page's `color-scheme`. The
 * accent itself is the colour of the primary button. `_on` is the text on it: white up to the luminance of 0.179, at which black
 * and white have the same contrast of 4.58 (WCAG 2.2, relative luminance), otherwise black.
 */
export const base = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none !important;
  }
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  [part~='form'] {
    all: initial;
    --_given: oklch(from var(--mfa-accent, light-dark(oklch(0.45 0.085 205), oklch(0.78 0.085 205))) l c h / 1);
    --_accent: var(--mfa-accent-text, light-dark(oklch(from var(--_given) min(l, 0.5) c h), oklch(from var(--_given) max(l, 0.78) calc(c * 0.85) h)));
    --_on: var(--mfa-on-accent, color(from var(--_given) xyz calc((0.179 - y) * 999) calc((0.179 - y) * 999) calc((0.179 - y) * 999)));
    --_surface: var(--mfa-surface, light-dark(#fff, oklch(from var(--_given) 0.28 calc(c * 0.12) h)));
    --_text: var(--mfa-text, light-dark(oklch(from var(--_given) 0.24 calc(c * 0.25) h), oklch(from var(--_given) 0.94 calc(c * 0.06) h)));
    --_line: var(--mfa-line, light-dark(oklch(from var(--_given) 0.6 calc(c * 0.3) h), oklch(from var(--_given) 0.64 calc(c * 0.3) h)));
    --_radius: var(--mfa-radius, 8px);
    box-sizing: border-box;
    display: block;
    position: relative;
    color-scheme: inherit;
    visibility: inherit;
    font: 400 var(--mfa-font-size, max(1rem, 16px))/1.5 var(--mfa-font, system-ui, sans-serif);
    font-variant-numeric: tabular-nums;
    color: var(--_text);
    background: var(--_surface);
    max-inline-size: var(--mfa-width, 25em);
    margin-inline: auto;
    padding: var(--mfa-padding, 32px);
    border: var(--mfa-border, 1px solid light-dark(oklch(from var(--_given) 0.9 calc(c * 0.15) h), oklch(from var(--_given) 0.38 calc(c * 0.2) h)));
    border-radius: calc(var(--_radius) * 1.5);
    box-shadow: var(--mfa-shadow, 0 1px 2px rgb(0 0 0 / 4%), 0 8px 24px -8px rgb(0 0 0 / 8%));
    overflow-wrap: anywhere;
  }
  @media (width < 30rem) {
    [part~='form'] {
      padding: var(--mfa-padding, 24px);
      max-inline-size: none;
      border: 0;
      border-radius: 0;
      box-shadow: none;
    }
  }
  [data-row] {
    display: block;
    margin-block-start: 16px;
  }
  [name='logo'] {
    margin-block: 0 16px;
  }
  [name='heading'] {
    margin: 0;
  }
  [name='help'],
  [name='footer'] {
    margin-block-start: 24px;
  }
  h2,
  p {
    margin: 0;
  }
  [part~='heading'] {
    font-size: 1.375em;
    line-height: 1.3;
    font-weight: 600;
    text-wrap: balance;
  }
  [part~='field'] {
    position: relative;
    margin-block-start: 24px;
  }
  [part~='label'] {
    display: block;
    margin-block-end: 8px;
    font-weight: 500;
    cursor: default;
  }
  [part~='input'] {
    display: flex;
    align-items: center;
    min-block-size: 48px;
    padding-inline: 14px;
    background: var(--_surface);
    border: 1.5px solid var(--_line);
    border-radius: var(--_radius);
    cursor: text;
  }
  [part~='input']:focus-within,
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  [part~='input'] input {
    all: unset;
    flex: 1;
    min-inline-size: 0;
    block-size: 45px;
    font-size: max(1em, 16px);
  }
  ::slotted(input[data-mfa]) {
    all: unset !important;
    display: block !important;
    box-sizing: border-box !important;
    flex: 1 !important;
    inline-size: 100% !important;
    min-inline-size: 0 !important;
    block-size: 45px !important;
    font-size: max(1em, 16px) !important;
    color: var(--_text) !important;
  }
  ::slotted(input[data-mfa]:autofill) {
    -webkit-text-fill-color: var(--_text) !important;
    background-clip: text !important;
  }
  svg {
    flex: none;
    inline-size: 16px;
    block-size: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    all: unset;
    box-sizing: border-box;
    cursor: pointer;
  }
  [part~='button'] {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    inline-size: 100%;
    min-block-size: 48px;
    margin-block-start: 24px;
    padding: 8px 16px;
    overflow: clip;
    border: 1.5px solid transparent;
    border-radius: var(--_radius);
    font-weight: 600;
    text-align: center;
  }
  [part~='primary'] {
    background: var(--_given);
    color: var(--_on);
  }
`;
