import { z } from 'zod';
import { isSecurePage } from './secure-url.ts';

const page = z
  .url({ protocol: /^https?$/ })
  .refine(isSecurePage, 'expected https (plain http is for localhost only)')
  .refine(
    (value) => URL.parse(value)?.hash === '',
    'expected an address without a fragment, because the link adds its own',
  )
  .optional();

const pageOf = (description: string) => page.meta({ description });

/** The part `pages` of an organisation. */
export const pages = z
  .strictObject({
    activate: pageOf('Where a user activates an account.'),
    reset: pageOf('Where a user chooses a new password.'),
    unlock: pageOf('Where a user lifts a lock.'),
    register: pageOf('Where a user creates an account.'),
    settings: pageOf('The settings page, to which notices lead.'),
  })
  .meta({
    description:
      'The complete addresses of the pages that emails lead to. Default: /account below the base URL of the server, and /settings for settings (R33).',
  });
