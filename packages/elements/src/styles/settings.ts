import { css } from 'lit';

/** The styles of the settings: sections, and rows with buttons. */
export const settings = css`
  [part~='form'] {
    max-inline-size: var(--mfa-width, 34em);
  }
  [part~='section'] {
    margin-block-start: 24px;
    padding-block-start: 24px;
    border-block-start: 1px solid color-mix(in oklch, var(--_line) 40%, transparent);
  }
  h3 {
    margin: 0;
    font-size: 1.0625em;
    line-height: 1.4;
    font-weight: 600;
  }
  [part~='title'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 4px 16px;
  }
  [part~='status'] {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-weight: 600;
  }
  [part~='on'] {
    color: var(--_success);
  }
  [part~='off'],
  [part~='warning'] {
    color: var(--_error);
  }
  [part~='warning'] {
    display: flex;
    gap: 8px;
    margin-block-start: 8px;
  }
  [part~='warning'] svg {
    margin-block-start: 4px;
  }
  [part~='rows'] {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  [part~='row'] {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: start;
    gap: 0 16px;
    padding-block: 12px;
  }
  [part~='row'] + [part~='row'] {
    border-block-start: 1px solid color-mix(in oklch, var(--_line) 25%, transparent);
  }
  [part~='row-name'] {
    margin-inline-end: 6px;
    font-weight: 500;
  }
  [part~='row-detail'] {
    font-size: 0.875em;
    color: var(--_soft);
  }
  [part~='current'] {
    display: inline-block;
    padding: 1px 8px;
    border-radius: 1em;
    background: var(--_well);
    font-size: 0.875em;
    font-weight: 400;
    white-space: nowrap;
  }
  [part~='row-actions'] {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0 16px;
  }
  [part~='row-actions'] [part~='link'] {
    min-block-size: 24px;
    font-size: 0.875em;
  }
  [part~='asking'] {
    grid-column: 1 / -1;
    margin-block-start: 8px;
    padding: 12px 16px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
  }
  [part~='asking'] label,
  [part~='choice'] label {
    display: block;
    margin-block-end: 8px;
    font-weight: 500;
  }
  [part~='choice'] {
    margin-block-start: 16px;
  }
  select {
    all: unset;
    box-sizing: border-box;
    flex: 1;
    min-inline-size: 0;
    block-size: 45px;
    font-size: max(1em, 16px);
    line-height: 45px;
    cursor: pointer;
  }
  select:focus-visible {
    outline: 0;
  }
  option {
    background: var(--_surface);
    color: var(--_text);
  }
  [part~='choice'] [part~='input'] {
    max-inline-size: 16em;
  }
  [part~='section'] > [part~='secondary'],
  [part~='section'] > [part~='primary'],
  [part~='settings'] > [part~='primary'] {
    inline-size: auto;
    min-inline-size: min(16em, 100%);
    margin-block-start: 16px;
  }
  [part~='asking'] [part~='actions'] [part~='button'] {
    margin-block-start: 12px;
  }
  [part~='settings'] > [part~='notice'] {
    margin-block: 16px 0;
  }
  [part~='notice']:focus,
  [part~='asking'] p:focus {
    outline: 0;
  }
  @media (width < 30rem) {
    [part~='row'] {
      grid-template-columns: 1fr;
    }
    [part~='row-actions'] {
      justify-content: start;
    }
    [part~='section'] > [part~='button'] {
      inline-size: 100%;
    }
  }
`;
