import { z } from 'zod';

/**
 * Body of `POST /sms/delivery`: what the SMS gateway sends. The settings of the server name the members that count, so no
 * others are refused.
 */
export const DeliveryReport = z.record(z.string(), z.unknown());
