import { css } from 'lit';

/** The styles of the phone's side: a login that waits for an answer, and the codes. */
export const approve = css`
  .digits-2 {
    --_digits: 2;
  }
  [part~='details'] {
    margin: 24px 0 0;
    padding: 12px 16px;
    border-radius: var(--_radius);
    background: var(--_well);
  }
  [part~='details'] div {
    display: grid;
    grid-template-columns: minmax(0, 4.5em) minmax(0, 1fr);
    gap: 0 16px;
    padding-block: 4px;
  }
  [part~='details'] dt {
    color: var(--_soft);
  }
  [part~='details'] dd {
    margin: 0;
    font-weight: 500;
  }
  [part~='decisions'] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(10em, 100%), 1fr));
    gap: 12px;
    margin-block-start: 24px;
  }
  [part~='decision'] {
    margin-block-start: 0;
    min-block-size: 56px;
  }
  [part~='section'] [part~='secondary'] {
    inline-size: 100%;
  }
  [part~='section'] > [part~='secondary']:first-child {
    margin-block-start: 0;
  }
  [part~='totp'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    margin-block-start: 12px;
  }
  [part~='totp-code'] {
    font-size: 1.75em;
    line-height: 1.3;
    font-weight: 600;
    letter-spacing: 0.05em;
    white-space: nowrap;
  }
  [part~='identity'] {
    margin-block: 8px 0;
  }
`;
