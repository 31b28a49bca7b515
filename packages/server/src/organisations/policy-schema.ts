import { z } from 'zod';
import { clients } from './client-policy.ts';
import { handOver } from './hand-over-policy.ts';
import { locks } from './lock-policy.ts';
import { isSms, type MethodNames, methodsAmong, moveFromSms } from './method-policy.ts';
import { remember } from './remember-policy.ts';
import { setUp } from './set-up-policy.ts';
import { sms } from './sms-policy.ts';

const push = z
  .strictObject({
    match: z.enum(['six-digits', 'two-digits', 'yes']).default('six-digits').meta({
      description:
        'What a user does on the phone to approve a login. "six-digits": type the number of the login screen. "two-digits" and "yes" are easier to phish, so they reach only aal1, and never serve for a step-up, a change of factors or a remembered device (D2).',
    }),
  })
  .meta({ description: 'How logins are approved on a linked phone.' });

/** The schema of a policy. `names`: the methods of the server. */
export const policyWith = (names: MethodNames) =>
  z
    .strictObject({
      factor: z
        .enum(['mandatory', 'optional'])
        .default('mandatory')
        .meta({ description: 'Whether every user must have a second factor.' }),
      authenticators: z.enum(['many', 'one']).default('many').meta({
        description:
          '"one": the newest authenticator replaces the others immediately. "many": a user may have several, each with a name and revocable (D4).',
      }),
      remember: remember.prefault({}),
      locks: locks.prefault({}),
      recoveryCodes: z.boolean().default(true).meta({ description: 'Whether recovery codes are issued and accepted.' }),
      confirmPassword: z.enum(['when-stale', 'always']).default('when-stale').meta({
        description:
          'When the password is required again before set-up: if it was entered more than 5 minutes ago, or always.',
      }),
      resetBy: z.enum(['factor', 'mail']).default('factor').meta({
        description:
          'What a new authenticator requires after a reset by email. "factor": the old factor, a recovery code or a help-desk code. "mail": nothing more, which is weaker, because anyone who can read the mailbox can then take over the account (D6).',
      }),
      mayReusePassword: z.boolean().default(false).meta({
        description: 'Whether the old password may be kept in a reset.',
      }),
      passwordExpiresAfterDays: z.int().min(1).max(3650).optional().meta({
        description:
          'After how many days a login asks for a new password, after the second factor. Off by default: NIST SP 800-63B-4 §3.1.1.2 forbids it without evidence of a compromise, because it leads to weaker passwords. Only for organisations that are obliged to do it (D13).',
      }),
      selfRegistration: z.boolean().default(false).meta({
        description: 'Whether users may create their own accounts. Only possible if usernames are email addresses.',
      }),
      setUp: setUp.optional(),
      methods: methodsAmong(names),
      push: push.prefault({}),
      offerPasskeys: z.boolean().default(true).meta({
        description:
          'Whether a login offers a passkey to users who have another second factor, if "methods" has "passkey". After "not now" a user is not asked again for 30 days.',
      }),
      sms: sms.optional(),
      clients,
      handOver,
      moveFromSms: moveFromSms(names).optional(),
      emailCodes: z.boolean().default(false).meta({
        description:
          'Whether a login of an account without another second factor asks for a code by email. NIST SP 800-63B-4 §3.1.3.1 does not accept email as a second factor: such a login has acr "aal1", and the code satisfies no step-up and no change of a factor. It goes only to an address that the user has confirmed (D14). Not together with "resetBy": "mail", because the mailbox alone would give access to the account (D11).',
      }),
    })
    .refine(({ methods, sms: given }) => given !== undefined || !methods.some(({ method }) => isSms(method)), {
      path: ['sms'],
      error: 'expected "sms": {"country": "NL"} or another country, because the methods include sms',
    })
    .refine(({ methods, moveFromSms: move }) => !move || methods.some(({ method }) => method === move.to), {
      path: ['moveFromSms', 'to'],
      error: 'expected one of the methods of the policy',
    })
    .refine(({ emailCodes, resetBy }) => !emailCodes || resetBy !== 'mail', {
      path: ['emailCodes'],
      error: 'expected false with "resetBy": "mail", because the mailbox alone would give access to the account',
    })
    .refine(({ factor, setUp: days }) => factor === 'optional' || (days?.from ?? days?.until) === undefined, {
      path: ['setUp'],
      error: 'expected days only where factor is "optional"',
    })
    .meta({ description: 'The rules of an organisation. Only the server applies them.' });
