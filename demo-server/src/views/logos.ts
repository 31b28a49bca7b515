import { html } from '../text/html.ts';

/** The logos of the portals. */
export const logos = {
  /** A leaf of a lime tree, with its vein. */
  clinic: html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <path d="M20 3c9 5 14 11 14 18a14 14 0 0 1-28 0C6 14 11 8 20 3Z" fill="currentColor"/>
    <path d="M20 38V14m0 14 7-6m-7 0-6-5" class="mark-cut" fill="none" stroke-width="2" stroke-linecap="round"/>
  </svg>`,
  /** A dike with water in front of it. */
  schools: html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <path d="M4 28 17 9h6l13 19Z" fill="currentColor"/>
    <path d="M3 33.5c4-3 7-3 11 0s7 3 11 0 7-3 12 0" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/>
  </svg>`,
  /** A shield with a gate. */
  municipality: html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <path d="M5 4h30v17c0 8-6 13-15 16C11 34 5 29 5 21Z" fill="currentColor"/>
    <path d="M12 28V14h3v3h3v-3h4v3h3v-3h3v14h-5v-5a3 3 0 0 0-6 0v5Z" class="mark-fill"/>
  </svg>`,
  /** Three arcs around a dot. */
  shared: html`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <circle cx="20" cy="20" r="5" fill="currentColor"/>
    <path d="M24.4 5.7A15 15 0 0 1 34.6 23.4M30.2 31.0A15 15 0 0 1 9.8 31.0M5.4 23.4A15 15 0 0 1 15.6 5.7" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round"/>
  </svg>`,
} as const;
