import type { Flow, Kind } from '@tweestap/client';
import type { TemplateResult } from 'lit';
import type { Language } from '../locales/messages.ts';
import type { Failure } from './failure.ts';
import type { Screen } from './screen.ts';

/** Texts by their keys. */
export type Texts = Readonly<Record<string, string>>;

/** What one element adds to what all elements have in common. */
export interface ElementPart {
  /** What the present flow is for, or the next one. */
  kind: Kind;
  /** Called once, when the first screen has been drawn. */
  begin(): void;
  /** The screen of the step, or the one before the first answer; undefined to draw `page` instead. */
  screen(): Screen | undefined;
  /** What is drawn where there is no screen. */
  page?(): TemplateResult | undefined;
  /** Fetches texts that only this element has. */
  texts?(language: Language): Promise<Texts>;
  /** Takes over at the end of a flow; without it the step `done` is shown. */
  finished?(flow: Flow): void;
  /** Called when the flow was given up. */
  cancelled?(): void;
  /** Takes over when a mailed link is expired or unknown; without it a new flow is started. */
  linkSpent?(problem: Failure): void;
}
