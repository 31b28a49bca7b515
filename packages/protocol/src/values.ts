import { z } from 'zod';
import { actions as actionNames, durations, methods as methodNames, setUpMethods } from './constants.ts';

/** RFC 3339 instant in UTC. */
export const Instant = z.iso.datetime();

/** Id of an organisation: a slug, as it stands in addresses and in the `organisation` attribute. */
export const OrganisationId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and hyphens');

/** A username or an email address as it was typed; the server makes the key that is compared. */
export const Username = z.string().min(1).max(256);

/** A password as it was typed: any characters, no truncation (NIST SP 800-63B-4 §3.1.1.2). */
export const Password = z.string().min(1).max(1024);

/** A code as it was typed: spaces and hyphens are allowed, the server removes them. */
export const TypedCode = z.string().min(1).max(64);

/** The name that a person gives to an authenticator or a device. */
export const GivenName = z.string().min(1).max(60);

export const Method = z.enum(methodNames);
export const SetUpMethod = z.enum(setUpMethods);
export const Duration = z.enum(durations);

/** A method that one may switch to. */
export const MethodChoice = z.strictObject({ method: Method });
export type MethodChoice = z.infer<typeof MethodChoice>;

/** Offer to remember the device, with the duration that a tick means. */
export const RememberOffer = z.strictObject({ for: Duration });

/** The actions that are allowed on a step now. */
export const Actions = z.array(z.enum(actionNames));

/** A person as the holder of a session sees herself. */
export const User = z.strictObject({
  id: z.string(),
  organisation: OrganisationId,
  username: z.string(),
  name: z.string().optional(),
});
export type User = z.infer<typeof User>;

/** A short text of the organisation's own, with a link to its instruction. */
export const Help = z.strictObject({ text: z.string(), url: z.url().optional() });
