import { initial } from './0001-initial.ts';
import { links } from './0002-links.ts';
import { outbox } from './0003-outbox.ts';
import { accountEvents } from './0004-account-events.ts';
import { deskCodes } from './0005-desk-codes.ts';
import { passwordScheme } from './0006-password-scheme.ts';
import { bounds } from './0007-bounds.ts';
import { linkRequests } from './0008-link-requests.ts';
import { ends } from './0009-ends.ts';
import { locks } from './0010-locks.ts';
import { deskPasswords } from './0011-desk-passwords.ts';
import { passwordCodeEnds } from './0012-password-code-ends.ts';
import { factorData } from './0013-factor-data.ts';
import { accountSearch } from './0014-account-search.ts';
import { passkeys } from './0015-passkeys.ts';
import { sentCodes } from './0016-sent-codes.ts';
import { push } from './0017-push.ts';
import { clients } from './0018-clients.ts';
import { externalIds } from './0019-external-ids.ts';
import { approvals } from './0020-approvals.ts';
import { signingKeys } from './0021-signing-keys.ts';
import type { Migration } from './migration.ts';

/** All migrations, oldest first. A released migration is never edited: a change is a new migration. */
export const migrations: readonly Migration[] = [
  initial,
  links,
  outbox,
  accountEvents,
  deskCodes,
  passwordScheme,
  bounds,
  linkRequests,
  ends,
  locks,
  deskPasswords,
  passwordCodeEnds,
  factorData,
  accountSearch,
  passkeys,
  sentCodes,
  push,
  clients,
  externalIds,
  approvals,
  signingKeys,
];
