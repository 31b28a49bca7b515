import { createHmac } from 'node:crypto';
import type { Clock } from '../crypto/tokens.ts';
import { sameBytes } from '../crypto/tokens.ts';
import { withoutContent } from '../outbox/sealed-content.ts';
import type { Database } from '../store/database.ts';
import { findReported, type ReportedId, recordDelivery } from '../store/outbox.ts';
import type { OutboxRow } from '../store/schema.ts';
import { type DeliverySettings, textAt } from './gateway-settings.ts';

/** How far the time of a signature may be from the server's, in ms, in both directions. */
const TOLERANCE_MS = 5 * 60_000;

/** A delivery report as it arrived. */
export interface SignedReport {
  /** The headers of the request, in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, exactly as it was signed. */
  body: string;
}

/**
 * Whether a report has a valid and recent signature: HMAC-SHA256 over `<timestamp>.<body>`, with the time in seconds since the
 * epoch. A report that is repeated within the tolerance changes nothing, because the first one counts.
 */
export function isSigned({ headers, body }: SignedReport, settings: DeliverySettings, now: number): boolean {
  const timestamp = headers[settings.timestampHeader.toLowerCase()];
  const given = headers[settings.signatureHeader.toLowerCase()];
  if (typeof timestamp !== 'string' || typeof given !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) * 1000 - now) > TOLERANCE_MS) return false;
  const expected = createHmac('sha256', settings.secret).update(`${timestamp}.${body}`, 'utf8').digest();
  return sameBytes(Buffer.from(given.replace(/^(?:sha256|v1)=/, ''), settings.encoding), expected);
}

type Delivery = NonNullable<OutboxRow['delivery']>;

/** The message and the result that a report names. `delivery` is undefined for a status that is not final. */
export interface ReadReport {
  of: ReportedId;
  delivery: Delivery | undefined;
}

const MAX_ID_LENGTH = 200;

/** Reads the parsed body of a report; undefined when it names no message or no status. */
export function readReport(body: unknown, settings: DeliverySettings): ReadReport | undefined {
  const { id, reference, status: at, delivered, undeliverable } = settings;
  const name = textAt(body, id ?? reference ?? '');
  const status = textAt(body, at);
  if (name === undefined || name === '' || name.length > MAX_ID_LENGTH || status === undefined) return undefined;
  const delivery = delivered.includes(status)
    ? 'delivered'
    : undeliverable.includes(status)
      ? 'undeliverable'
      : undefined;
  return { of: id === undefined ? { id: name } : { gatewayId: name }, delivery };
}

/**
 * Records a report on the row of its message. Returns false when there is no such message: the gateway should repeat the
 * report, because it may have arrived before the response to the message was stored.
 */
export async function recordReport(
  { database, clock }: { database: Database; clock: Clock },
  { of, delivery }: ReadReport,
): Promise<boolean> {
  const row = await findReported(database.read, of);
  if (!row) return false;
  if (delivery === undefined) return true;
  const report = { delivery, at: clock(), data: withoutContent(row.data) };
  await database.write((tx) => recordDelivery(tx, row, report));
  return true;
}
