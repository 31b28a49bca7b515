import { css } from 'lit';

/** What the screens after the first one need. */
export const later = css`
  [part~='link'] {
    color: var(--_accent);
    cursor: pointer;
    text-decoration: underline;
    text-underline-offset: 3px;
    text-decoration-thickness: 1px;
  }
  [part~='links'] {
    display: grid;
    justify-items: start;
    gap: 8px;
    margin-block-start: 16px;
  }
  [part~='back'] {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    min-block-size: 32px;
    margin-block: -8px 8px;
    margin-inline-start: -3px;
    text-decoration: none;
  }
  [part~='back'] svg:dir(rtl) {
    scale: -1 1;
  }
  [part~='identity'] {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
    margin-block-end: 16px;
    font-size: 0.875rem;
    color: var(--_soft);
  }
  .code {
    container-type: inline-size;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
`;
