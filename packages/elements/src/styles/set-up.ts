import { css } from 'lit';

/** Linking an app and keeping recovery codes. */
export const setUp = css`
  [part~='qr'] {
    inline-size: min(100%, 13.5rem);
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
    font-size: 0.875rem;
  }
  [part~='entry'] b,
  [part~='entry'] span {
    display: block;
    color: var(--_text);
  }
  [part~='secret'] {
    margin-block-start: 16px;
    padding: 8px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
  }
  summary {
    padding-block: 4px;
    cursor: pointer;
    border-radius: 2px;
  }
  code {
    display: block;
    margin-block: 8px 0;
    font: 500 1.0625rem/1.6 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
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
    grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr));
    gap: 8px 16px;
    margin: 24px 0 0;
    padding: 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    list-style: none;
    font: 500 1rem/1.5 ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace;
  }
  [part~='recovery-code'] {
    text-align: center;
  }
`;
