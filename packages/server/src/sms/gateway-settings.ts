import { isLoopbackHost } from '@tweestap/protocol';
import { z } from 'zod';

/*
 * The description of an SMS gateway's HTTP API (docs/guide/sms.md). Headers and secrets are never repeated in a message.
 */

/** The placeholders of a template: the number in E.164 form and without its plus sign, the text, and the id. */
const PLACEHOLDERS = ['to', 'digits', 'text', 'id'] as const;
/** The name of a placeholder. */
export type Placeholder = (typeof PLACEHOLDERS)[number];

const pointer = z
  .string('must be a JSON pointer such as /messages/0/id (RFC 6901)')
  .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'must be a JSON pointer such as /messages/0/id (RFC 6901)');

const strings = (example: string) =>
  z.array(z.string(`must be a list of texts such as ${example}`), `must be a list of texts such as ${example}`).min(1, {
    error: 'must have at least one text',
  });

const url = z.string('must be an https address').superRefine((value, context) => {
  const address = URL.parse(value);
  const isPlain = address?.protocol === 'http:';
  if (!address || (address.protocol !== 'https:' && !isPlain)) context.addIssue('must be an https address');
  else if (isPlain && !isLoopbackHost(address.hostname)) {
    context.addIssue('must be https, plain http is for the loopback only');
  } else if (address.username || address.password || address.hash) {
    context.addIssue('must have no user, password or fragment; expected credentials in headers');
  }
});

const RESERVED = ['host', 'content-length', 'content-type', 'transfer-encoding', 'connection'];

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'must be the name of a header such as Authorization');

const headers = z
  .record(
    z.string(),
    z.string('must be a text').regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII'),
    'must be an object of texts',
  )
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (!headerName.safeParse(name).success)
        context.addIssue({ code: 'custom', path: [name], message: 'is no header' });
      else if (RESERVED.includes(name.toLowerCase())) {
        context.addIssue({ code: 'custom', path: [name], message: 'must be absent, because it is set by the server' });
      }
    }
  });

const BODY = 'must be an object with the placeholders {to} or {digits}, and {text}';

const body = z.record(z.string(), z.json(), BODY).superRefine((value, context) => {
  const text = JSON.stringify(value);
  const unknown = [...text.matchAll(/\{([A-Za-z]+)\}/g)].find(
    ([, name]) => !PLACEHOLDERS.some((known) => known === name),
  );
  if (unknown) context.addIssue(`has an unknown placeholder ${unknown[0]}; expected {to}, {digits}, {text} or {id}`);
  if (!text.includes('{text}')) context.addIssue('must have the placeholder {text}');
  if (!/\{(?:to|digits)\}/.test(text)) context.addIssue('must have the placeholder {to} or {digits}');
});

const deliveries = z
  .strictObject(
    {
      secret: z
        .string('must be a text of at least 16 characters')
        .min(16, 'must have at least 16 characters')
        .meta({ description: 'The secret with which the gateway signs its reports (HMAC-SHA-256).' }),
      timestampHeader: headerName
        .default('Tweestap-Timestamp')
        .meta({ description: 'The header with the time, in seconds since 1970.' }),
      signatureHeader: headerName
        .default('Tweestap-Signature')
        .meta({ description: 'The header with the signature, which may begin with `sha256=` or `v1=`.' }),
      encoding: z
        .enum(['hex', 'base64'], 'must be hex or base64')
        .default('hex')
        .meta({ description: 'How the signature is written.' }),
      id: pointer
        .optional()
        .meta({ description: "JSON pointer to the gateway's id in a report. Give either this or `reference`." }),
      reference: pointer.optional().meta({ description: 'JSON pointer to the `{id}` that was sent to the gateway.' }),
      status: pointer.meta({ description: 'JSON pointer to the status in a report.' }),
      delivered: strings('["delivered"]').meta({ description: 'The statuses of a message that was delivered.' }),
      undeliverable: strings('["failed", "expired"]').meta({
        description: 'The statuses of a message that will not be delivered.',
      }),
    },
    'must be an object with secret, id or reference, status, delivered and undeliverable',
  )
  .superRefine((value, context) => {
    if ((value.id === undefined) === (value.reference === undefined)) {
      context.addIssue('must have either id (the id of the gateway) or reference (the {id} that was sent to it)');
    }
    const both = value.delivered.find((status) => value.undeliverable.includes(status));
    if (both !== undefined) context.addIssue('must not have a status that is both delivered and undeliverable');
  });

/** The schema of the option `sms` and of the setting `TWEESTAP_SMS_GATEWAY`. */
export const smsGateway = z
  .strictObject(
    {
      url: url.meta({
        description: 'The address of the API: https, or plain http on localhost. Credentials go into `headers`.',
      }),
      method: z.enum(['POST', 'PUT'], 'must be POST or PUT').default('POST').meta({ description: 'The HTTP method.' }),
      headers: headers
        .default({})
        .meta({ description: 'Further headers, for the credentials. Placeholders are allowed.' }),
      format: z
        .enum(['json', 'form'], 'must be json or form')
        .default('json')
        .meta({ description: 'How the body is encoded. `form` is `application/x-www-form-urlencoded`.' }),
      body: body.meta({
        description:
          'The body, with the placeholders `{to}` or `{digits}`, `{text}` and `{id}`. With `form`, all members are texts.',
      }),
      messageId: pointer
        .optional()
        .meta({ description: "JSON pointer (RFC 6901) to the gateway's id in its response." }),
      accepted: z
        .strictObject(
          {
            at: pointer.meta({ description: 'JSON pointer to the status in the response.' }),
            values: strings('["0"]').meta({ description: 'The statuses of an accepted message.' }),
          },
          'must be an object with at and values',
        )
        .optional()
        .meta({ description: 'For a gateway that responds with 200 to a refused message.' }),
      timeoutSeconds: z
        .int('must be a whole number from 1 to 60')
        .min(1, 'must be a whole number from 1 to 60')
        .max(60, 'must be a whole number from 1 to 60')
        .default(10)
        .meta({ description: 'How long a request may take, in seconds.' }),
      deliveries: deliveries.optional().meta({ description: 'Delivery reports of the gateway.' }),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : 'must be an object with url and body') },
  )
  .superRefine(({ format, body: template, deliveries: reports, messageId }, context) => {
    const values = Object.values(template);
    if (format === 'form' && values.some((value) => typeof value !== 'string')) {
      context.addIssue({ code: 'custom', path: ['body'], message: 'must have texts only, because the format is form' });
    }
    if (reports?.id !== undefined && messageId === undefined) {
      const message = 'is missing; expected where the response has the id, because deliveries.id refers to it';
      context.addIssue({ code: 'custom', path: ['messageId'], message });
    }
    if (reports?.reference !== undefined && !JSON.stringify(template).includes('{id}')) {
      const message = 'must have the placeholder {id}, because deliveries.reference refers to it';
      context.addIssue({ code: 'custom', path: ['body'], message });
    }
  });

/** An SMS gateway as it may be written: every field with a default is optional. */
export type SmsGateway = z.input<typeof smsGateway>;
/** An SMS gateway with all defaults filled in. */
export type GatewaySettings = z.output<typeof smsGateway>;
/** How the gateway reports deliveries. */
export type DeliverySettings = NonNullable<GatewaySettings['deliveries']>;

/** The value at a JSON pointer, as text; undefined when there is none (RFC 6901 §4). */
export function textAt(value: unknown, at: string): string | undefined {
  let found = value;
  for (const part of at.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : undefined;
}
