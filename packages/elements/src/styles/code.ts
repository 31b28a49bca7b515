import { css } from 'lit';

/** The styles of the code field and its countdown, of 'Remember me', and of the instructions for a wrong clock. */
export const code = css`
  [part~='remember'] {
    display: flex;
    gap: 12px;
    margin-block-start: 24px;
    cursor: pointer;
  }
  [part~='remember'] input {
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    margin: 0;
    border-radius: 4px;
    accent-color: var(--_accent);
    cursor: pointer;
  }
  [part~='remember'] ~ [part~='field'] {
    margin-block-start: 16px;
  }
  [part~='code-field'] {
    container-type: inline-size;
    --_digits: 6;
    --_gap: 6px;
    --_cell: min(max(2.75rem, 44px), (100cqi - 36px - (var(--_digits) - 1) * var(--_gap)) / var(--_digits));
  }
  .digits-7 {
    --_digits: 7;
  }
  .digits-8 {
    --_digits: 8;
  }
  .row {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    gap: 12px;
  }
  .code {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
  }
  [part~='code-input'] {
    position: relative;
    direction: ltr;
    border-radius: var(--_radius);
    cursor: text;
  }
  [part~='code-input']:focus-within {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  .places {
    display: flex;
    gap: var(--_gap);
  }
  [part~='code-place'] {
    inline-size: var(--_cell);
    block-size: 48px;
    border: 1.5px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  [part~='invalid'] [part~='code-place'] {
    border-color: var(--_error);
  }
  [part~='waiting'] [part~='code-place'] {
    border-style: dashed;
  }
  ::slotted(input[name='code']) {
    position: absolute !important;
    inset: 0 auto auto 0 !important;
    flex: none !important;
    block-size: 48px !important;
    inline-size: calc(var(--_digits) * (var(--_cell) + var(--_gap)) + 0.5ch) !important;
    padding-left: calc((var(--_cell) - 1ch) / 2) !important;
    font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace !important;
    font-size: min(1.75em, var(--_cell) * 0.8) !important;
    font-variant-numeric: tabular-nums !important;
    letter-spacing: calc(var(--_cell) + var(--_gap) - 1ch) !important;
    white-space: nowrap !important;
    text-align: left !important;
  }
  [part~='countdown'] {
    flex: none;
    display: block;
    inline-size: 24px;
    block-size: 24px;
  }
  [part~='countdown'] svg {
    inline-size: 24px;
    block-size: 24px;
    rotate: -90deg;
    stroke-width: 3;
    stroke-linecap: butt;
    color: color-mix(in oklch, var(--_line) 35%, transparent);
  }
  [part~='countdown'] .left {
    stroke: var(--_accent);
  }
  [part~='soon'] .left {
    stroke: var(--_error);
  }
  [part~='seconds'] {
    font-size: 0.875em;
    color: var(--_soft);
  }
  [part~='clock'] {
    margin-block-start: 16px;
    padding: 12px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    font-size: 0.875em;
  }
  [part~='clock'] dl,
  [part~='clock'] dd {
    margin: 0;
  }
  [part~='clock'] dt {
    font-weight: 600;
  }
  [part~='clock'] dd + dt {
    margin-block-start: 8px;
  }
`;
