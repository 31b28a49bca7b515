import { css } from 'lit';

/** The styles of the enrolment: the offer, the authenticator app and the recovery codes. */
export const setUp = css`
  [part~='about'] {
    margin: 16px 0 0;
  }
  [part~='about'] dt {
    font-weight: 600;
  }
  [part~='about'] dd {
    margin: 0 0 12px;
    color: var(--_soft);
  }
  [part~='explanation'] {
    margin-block-start: 16px;
    padding: 12px 16px;
    border-inline-start: 3px solid var(--_accent);
    background: var(--_well);
  }
  [part~='explanation'] [part~='link'] {
    display: block;
    inline-size: fit-content;
    margin-block-start: 4px;
  }
  [part~='deadline'] {
    margin-block-start: 16px;
    font-weight: 600;
  }
  [part~='methods'] {
    margin: 16px 0 0;
    padding: 0;
    list-style: none;
  }
  [part~='methods'] li:has(p) + li {
    margin-block-start: 24px;
  }
  [part~='methods'] [part~='method'] {
    flex-direction: column;
  }
  [part~='recommended'] {
    font-size: 0.875em;
    font-weight: 400;
    color: var(--_soft);
  }
  [part~='note'] {
    font-size: 0.875em;
  }
  :is([part~='description'], slot) + [part~='notice'] {
    margin-block-start: 16px;
  }
  [part~='hint'] {
    margin-block-start: 8px;
    font-size: 0.875em;
    color: var(--_soft);
  }
  [part~='met'] {
    color: var(--_success);
  }
  [part~='qr'] {
    inline-size: min(100%, 13.5em);
    margin: 24px auto 0;
    border-radius: var(--_radius);
    overflow: clip;
    forced-color-adjust: none;
    background: #fff;
  }
  [part~='qr'] svg {
    display: block;
    inline-size: 100%;
    block-size: auto;
    fill: #000;
    stroke: none;
  }
  [part~='entry'] {
    margin-block-start: 12px;
    text-align: center;
    font-size: 0.875em;
  }
  [part~='entry'] b,
  [part~='entry'] span {
    display: block;
    color: var(--_text);
  }
  :is([part~='secret'], [part~='apps'], [part~='naming']) {
    margin-block-start: 16px;
    padding: 8px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
  }
  summary:not([part~='link']) {
    margin-inline-start: 1.1em;
    list-style-position: outside;
  }
  summary {
    padding-block: 4px;
    cursor: pointer;
    border-radius: 2px;
  }
  [part~='naming'] {
    margin-block-start: 8px;
  }
  [part~='apps'] p {
    margin-block: 4px 8px;
    font-size: 0.875em;
  }
  [part~='apps'] :is(dl, dd, ul) {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  [part~='apps'] dt {
    margin-block-start: 8px;
    font-weight: 600;
  }
  [part~='apps'] li {
    padding-block: 4px;
  }
  [part~='naming'] label {
    display: block;
    margin-block: 8px;
    font-weight: 500;
  }
  [part~='name'] {
    inline-size: 100%;
    min-block-size: 48px;
    margin-block-end: 8px;
    padding-inline: 14px;
    border: 1.5px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    font-size: max(1em, 16px);
  }
  code {
    display: block;
    margin-block: 8px 0;
    font: 500 1.0625em/1.6 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
    word-spacing: 0.15em;
  }
  [part~='secret'] [part~='actions'] {
    margin-block-end: 8px;
  }
  [part~='secret'] [part~='link'] {
    margin-block-start: 12px;
  }
  [part~='recovery-codes'] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(9.5em, 100%), 1fr));
    gap: 8px 16px;
    margin: 24px 0 0;
    padding: 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    list-style: none;
    font: 500 1em/1.5 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
  }
  [part~='recovery-code'] {
    text-align: center;
  }
  /* The three buttons are in one row, or each in a row of its own if the row is too narrow. */
  [part~='recovery-codes'] + [part~='actions'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0 8px;
    margin-block-start: 4px;
  }
  [part~='recovery-codes'] + [part~='actions'] [part~='button'] {
    flex: 1 1 calc((19.5em - 100%) * 999);
    padding-inline: 4px;
    white-space: nowrap;
  }
`;
