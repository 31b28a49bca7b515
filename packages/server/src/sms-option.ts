import { z } from 'zod';
import type { Clock } from './crypto/tokens.ts';
import { hasMethods } from './setting-fields.ts';
import { createGateway } from './sms/gateway.ts';
import { type DeliverySettings, type GatewaySettings, smsGateway } from './sms/gateway-settings.ts';
import type { SmsTransport } from './sms/transport.ts';

type SmsOption = GatewaySettings | SmsTransport | false;

/** The option `sms`. The schema of the gateway reports its faults itself, so there is one line for each. */
export const smsOption = z.unknown().transform((value, context): SmsOption => {
  if (value === false) return false;
  if (hasMethods(value, 'send', 'close')) return value as SmsTransport;
  const parsed = smsGateway.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    for (const name of names) {
      const message = name === undefined ? issue.message : 'is not an option';
      context.addIssue({ code: 'custom', path: [...issue.path, ...(name === undefined ? [] : [name])], message });
    }
  }
  return z.NEVER;
});

/** Makes the transport of the option `sms`, and returns how its gateway signs delivery reports, if it sends any. */
export function resolveSms(
  sms: SmsOption | undefined,
  clock: Clock,
): { sms: SmsTransport | false | undefined; deliveries: DeliverySettings | undefined } {
  if (!sms || 'send' in sms) return { sms, deliveries: undefined };
  return { sms: createGateway(sms, { clock }), deliveries: sms.deliveries };
}
