import { languages, setUpMethods } from '@tweestap/protocol';
import { z } from 'zod';
import type { MethodNames } from './method-policy.ts';
import { organisationText, text } from './organisation-text.ts';
import { pages } from './pages.ts';
import { passkeys } from './passkeys.ts';
import { policyWith } from './policy-schema.ts';
import { origin } from './secure-url.ts';

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'expected 1 to 64 of a-z, 0-9 and "-", with no "-" at either end')
  .meta({
    description:
      'The id: 1 to 64 of a–z, 0–9 and "-", with no "-" at either end. It is used in URLs, in the database and in assertions, and never changes.',
  });

const help = organisationText.meta({
  description: "Shown below every step: whom to ask for help, and a link to the organisation's own instructions.",
});

/** An organisation as it is given in its file or in `options.organisations`. */
const schemaWith = (names: MethodNames) =>
  z
    .strictObject({
      id: slug,
      name: text(200).meta({ description: 'The name that users see. It is always shown as plain text.' }),
      username: z.enum(['username', 'email']).default('username').meta({ description: 'What users log in with.' }),
      language: z
        .enum(languages)
        .default('en')
        .meta({ description: 'The language of emails to users whose language is unknown.' }),
      help: help.optional(),
      policy: policyWith(names).prefault({}),
      returnTo: z
        .array(origin)
        .max(100)
        .default([])
        .meta({ description: 'The origins that a login may return to (R70).' }),
      pages: pages.prefault({}),
      passkeys: passkeys.optional(),
    })
    .refine((value) => value.username === 'email' || !value.policy.selfRegistration, {
      path: ['policy', 'selfRegistration'],
      error: 'expected "username": "email" as well, because a registration is confirmed by email',
    })
    .meta({ title: 'Tweestap organisation', description: 'An organisation: its name, help and policy.' });

const organisationSchema = schemaWith(setUpMethods);

/** An organisation as it may be written: every field with a default is optional. */
export type OrganisationInput = z.input<typeof organisationSchema>;
/** An organisation with all defaults filled in. */
export type OrganisationDefinition = z.output<typeof organisationSchema>;
/** The rules of an organisation. */
export type Policy = OrganisationDefinition['policy'];
/** The limits and waits for wrong passwords and codes. */
export type LockPolicy = Policy['locks'];
/** To which phone numbers codes are sent, and how many. */
export type SmsPolicy = NonNullable<Policy['sms']>;
/** A text of the organisation, with an optional link. */
export type OrganisationText = NonNullable<OrganisationDefinition['help']>;

/** The published JSON Schema (draft 2020-12) of an organisation, as it may be written. */
export const organisationJsonSchema: object = z.toJSONSchema(organisationSchema, { io: 'input' });

/** The definition of an organisation is invalid. */
export class OrganisationError extends Error {
  readonly code = 'bad-organisation';
  /** The path of the invalid value, for example `policy.locks.soft`; empty for the organisation itself. */
  readonly path: string;
  /** What was expected there, for example `expected at least the soft limit`. */
  readonly expected: string;
  constructor(path: string, expected: string) {
    super(`Organisation: ${path || 'the definition'}: ${expected}.`);
    this.name = 'OrganisationError';
    this.path = path;
    this.expected = expected;
  }
}

/**
 * Checks an organisation and fills in the defaults.
 * @param methods the methods that a policy may allow; default: the methods of the protocol
 * @throws OrganisationError for the first invalid value
 */
export function parseOrganisation(value: unknown, methods: readonly string[] = setUpMethods): OrganisationDefinition {
  // Creating a schema takes too long for a login, so one is created only for a server with further methods.
  const builtIn: readonly string[] = setUpMethods;
  const isBuiltIn = methods.length > 0 && methods.every((method) => builtIn.includes(method));
  // The type contains only the methods of the protocol.
  const schema = isBuiltIn ? organisationSchema : schemaWith(methods as unknown as MethodNames);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw organisationError(result.error);
}

function organisationError(error: z.ZodError): OrganisationError {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map(String).join('.');
  const expected = (issue?.message ?? 'expected an organisation').replace(/^Invalid input: /, '').replace(/\.$/, '');
  return new OrganisationError(path, expected);
}
