import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';

const country = z
  .string()
  .refine((value): boolean => isSupportedCountry(value), 'expected a country code such as NL (ISO 3166-1 alpha-2)');

const perDay = (fallback: number, description: string) =>
  z.int().min(1).max(1_000_000).default(fallback).meta({ description });

const smsPerDay = z
  .strictObject({
    account: perDay(10, 'To one account.'),
    number: perDay(5, 'To one number that is not confirmed by the account, over all accounts of the organisation.'),
    prefix: perDay(100, 'To numbers that differ in their last four digits only.'),
    country: perDay(1000, 'To numbers of one country.'),
    network: perDay(200, 'That are requested from one network: an IPv4 address, or an IPv6 /64.'),
    organisation: perDay(1000, 'In total. Set it to about three times the number of text messages of a busy day.'),
  })
  .meta({ description: 'The limits of text messages in a day (UTC), against toll fraud (R24).' });

/** The part `sms` of a policy. */
export const sms = z
  .strictObject({
    country: country.meta({ description: 'The country of numbers that are typed without a country code.' }),
    countries: z
      .array(country)
      .min(1)
      .max(300)
      .optional()
      .meta({ description: 'The countries to whose numbers codes are sent. Default: only `country`.' }),
    perDay: smsPerDay.prefault({}),
  })
  .transform((given) => ({ ...given, countries: given.countries ?? [given.country] }))
  .refine((given) => given.countries.includes(given.country), {
    path: ['countries'],
    error: 'expected the country as well',
  })
  .meta({ description: 'To which phone numbers codes are sent by text message, and how many.' });
