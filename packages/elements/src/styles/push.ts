import { css } from 'lit';

/** The styles of the steps that the user continues on a phone. */
export const push = css`
  [part~='number'] {
    margin-block-start: 24px;
    padding: 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    font-size: 2.25em;
    line-height: 1.2;
    font-weight: 600;
    letter-spacing: 0.08em;
    text-align: center;
    direction: ltr;
  }
  [part~='waiting-line'] {
    margin-block-start: 16px;
  }
  :is([part~='number'], [part~='qr']) + [part~='waiting-line'] {
    text-align: center;
  }
  [part~='checks'] {
    margin-block-start: 24px;
    padding: 12px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
    font-size: 0.875em;
  }
  [part~='checks'] h3 {
    margin: 0;
    font-size: 1.143em;
    line-height: 1.5;
    font-weight: 600;
  }
  [part~='checks'] ol {
    margin: 8px 0 0;
    padding-inline-start: 20px;
  }
  [part~='checks'] li + li {
    margin-block-start: 4px;
  }
`;
