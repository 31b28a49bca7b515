import { css } from 'lit';

/** The styles that all screens after the first one need. */
export const later = css`
  [part~='form'] {
    --_well: var(--mfa-surface-2, light-dark(oklch(from var(--_given) 0.975 calc(c * 0.06) h), oklch(from var(--_given) 0.325 calc(c * 0.2) h)));
    --_soft: var(--mfa-text-soft, light-dark(oklch(from var(--_given) 0.46 calc(c * 0.25) h), oklch(from var(--_given) 0.76 calc(c * 0.15) h)));
    --_error: var(--mfa-error, light-dark(oklch(0.5 0.17 27), oklch(0.8 0.11 25)));
    --_success: var(--mfa-success, light-dark(oklch(0.5 0.12 150), oklch(0.78 0.12 150)));
    text-wrap: pretty;
  }
  :is([part~='button'], [part~='link']) {
    text-wrap: balance;
  }
  /* The layout follows the page's direction. Each text has its own, so that its punctuation stays at its end. */
  * {
    unicode-bidi: plaintext;
  }
  [part~='form']:dir(rtl) {
    text-align: right;
  }
  ::slotted(p[data-mfa]) {
    all: unset !important;
    display: block !important;
    unicode-bidi: plaintext !important;
  }
  ::slotted(input[type='tel']) {
    direction: ltr !important;
  }
  [part~='heading'] {
    hyphens: auto;
    hyphenate-limit-chars: 10 4 3;
  }
  [part~='heading']:focus {
    outline: 0;
  }
  /* An accent that is close to the surface gets a border, in the colour that lines have. */
  [part~='primary'] {
    border-color: light-dark(
      oklch(from var(--_given) min(l, 0.5) c h / calc((l - 0.82) * 99)),
      oklch(from var(--_given) max(l, 0.78) calc(c * 0.85) h / calc((0.45 - l) * 99))
    );
  }
  [part~='primary']:hover {
    background: color-mix(in oklab, var(--_given), oklch(from var(--_on) calc(1 - l) 0 0) 14%);
  }
  [part~='field'] ~ [part~='field'] {
    margin-block-start: 16px;
  }
  [part~='description'] {
    margin-block-start: 8px;
    color: var(--_soft);
  }
  [part~='none']:empty {
    display: none;
  }
  [part~='invalid'] {
    border-color: var(--_error);
  }
  [part~='input']:has([part~='reveal']:focus-visible) {
    outline: 0;
  }
  .silent {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  [part~='error'] {
    display: flex;
    gap: 8px;
    margin-block-start: 10px;
    color: var(--_error);
  }
  [part~='error'] svg {
    margin-block-start: 4px;
  }
  [part~='busy'] {
    cursor: progress;
  }
  [part~='progress'] {
    position: absolute;
    inset: auto auto 0 0;
    block-size: 3px;
    inline-size: 40%;
    background: currentColor;
    opacity: 0;
    animation: run 1.1s 0.3s ease-in-out infinite;
  }
  @keyframes run {
    from {
      opacity: 0.8;
      translate: -100%;
    }
    to {
      opacity: 0.8;
      translate: 250%;
    }
  }
  [part~='reveal'] {
    display: grid;
    place-items: center;
    min-inline-size: 40px;
    min-block-size: 40px;
    margin-inline-end: -10px;
    border-radius: var(--_radius);
    color: var(--_soft);
  }
  [part~='reveal'] svg {
    inline-size: 20px;
    block-size: 20px;
  }
  [part~='listbox'] {
    position: absolute;
    z-index: 1;
    inset-inline: 0;
    max-block-size: 248px;
    margin-block-start: 4px;
    padding: 4px;
    overflow: auto;
    background: var(--_surface);
    border: 1.5px solid var(--_line);
    border-radius: var(--_radius);
    box-shadow: 0 8px 24px -4px rgb(0 0 0 / 18%);
  }
  [part~='option'] {
    min-block-size: 44px;
    padding: 10px;
    border-radius: calc(var(--_radius) - 4px);
    cursor: pointer;
  }
  [part~='option'][aria-selected='true'] {
    font-weight: 600;
  }
  [part~='option']:hover,
  [part~='active'] {
    background: var(--_well);
  }
  [part~='active'] {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  b {
    font-weight: 600;
  }
  a,
  [part~='link'] {
    color: var(--_accent);
    cursor: pointer;
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
    border-radius: 2px;
  }
  a[part~='button'] {
    text-decoration: none;
  }
  :is(a, [part~='link']):hover {
    text-decoration-thickness: 2px;
  }
  [part~='links'] {
    display: grid;
    justify-items: start;
    margin-block-start: 16px;
  }
  [part~='links'] [part~='link'] {
    padding-block: 4px;
  }
  [part~='other-ways'] [part~='link'] {
    display: block;
    inline-size: fit-content;
  }
  [part~='other-ways'] > :not(summary) {
    margin-inline-start: 16px;
  }
  [part~='back'] {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-block-size: 32px;
    margin-block: -8px 8px;
    margin-inline-start: -4px;
    padding-inline-end: 4px;
    text-decoration: none;
  }
  [part~='back'] svg:dir(rtl) {
    scale: -1 1;
  }
  [part~='identity'] {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 16px;
    margin-block-end: 16px;
    font-size: 0.875em;
    color: var(--_soft);
  }
  [part~='identity'] [part~='link'] {
    padding-block: 2px;
  }
  [part~='notice'] {
    margin-block-end: 16px;
    padding: 12px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    font-size: 0.875em;
  }
  [part~='notice'] [part~='link'] {
    margin-block-start: 4px;
    padding-block: 2px;
    font-weight: 600;
  }
  [part~='help'] {
    margin-block-start: 24px;
    padding-block-start: 16px;
    border-block-start: 1px solid color-mix(in oklch, var(--_line) 40%, transparent);
    font-size: 0.875em;
    color: var(--_soft);
  }
  [part~='secondary'] {
    margin-block-start: 12px;
    border-color: var(--_line);
    color: var(--_accent);
  }
  [part~='secondary']:hover {
    background: var(--_well);
  }
  [part~='method'] {
    margin-block-start: 8px;
  }
  [part~='actions'] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(9em, 100%), 1fr));
    align-items: center;
    gap: 0 12px;
  }
  [part~='tick'] {
    display: block;
    inline-size: 48px;
    block-size: 48px;
    margin-block: 16px;
    padding: 10px;
    border-radius: 50%;
    background: var(--_success);
    color: var(--_surface);
    stroke-width: 2.5;
  }
  [part~='tick'] path {
    stroke-dasharray: 24;
    animation: draw 0.4s ease-out backwards;
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 24;
    }
  }
  @media (forced-colors: active) {
    [part~='primary'] {
      border-color: ButtonText;
    }
    [part~='active'] {
      outline-color: Highlight;
    }
    [part~='countdown'] .left {
      stroke: Highlight;
    }
    [part~='tick'] {
      stroke: ButtonText;
      border: 1.5px solid;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
`;
