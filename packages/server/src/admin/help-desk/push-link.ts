import { hashToken, newRowId, newToken } from '../../crypto/tokens.ts';
import { sealLink } from '../../links/leave-mail.ts';
import { mailAddress } from '../../mail/render.ts';
import { leaveMessage } from '../../outbox/leave-message.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import { insertPushLink } from '../../store/push/push-links.ts';
import { type AccountRequest, type AdminDeps, HOUR, lockedTargetOf, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';

/** Hours that a mailed link is valid. */
const LINK_HOURS = 24;

/** The methods whose codes confirm a phone with a mailed link. */
const CONFIRMING: ReadonlySet<string> = new Set(['totp', 'sms']);

/** The result of `pushLink`. */
export interface PushLinkSent {
  /** The id of the account. */
  id: string;
  /** The address to which the email is sent. */
  to: string;
  /** RFC 3339: when the link expires. */
  expiresAt: string;
}

/**
 * Sends a user the QR code with which a phone is linked (W1). The email alone links nothing: the phone is confirmed by a code of
 * a factor that the user has (R9): of the app, or sent to the phone number. An account without either is refused. An older link is voided. @throws AdminError
 */
export async function pushLink(deps: AdminDeps, request: AccountRequest): Promise<PushLinkSent> {
  const { database, keyring, clock, random, baseUrl } = deps;
  if (baseUrl === undefined) {
    throw new AdminError(
      'not-possible',
      'TWEESTAP_BASE_URL is missing: set it to the address of the server, for example https://portal.example.',
    );
  }
  return await database.write(async (tx) => {
    const { organisation, account } = await lockedTargetOf(tx, request);
    const to = mailAddress(account, organisation);
    if (account.state !== 'active' || to === undefined) {
      throw new AdminError('not-possible', `The account "${account.username}" is disabled or has no email address.`);
    }
    if (!(await activeFactors(tx, account.id)).some(({ method }) => CONFIRMING.has(method))) {
      const words = `The account "${account.username}" has no app with codes and no phone number: the user links a phone at the next login.`;
      throw new AdminError('not-possible', words);
    }
    const now = clock();
    const token = newToken(random);
    const expiresAt = now + LINK_HOURS * HOUR;
    const where = { organisationId: organisation.id, accountId: account.id };
    await insertPushLink(tx, {
      id: newRowId(random, now),
      token_hash: hashToken(token),
      organisation_id: organisation.id,
      account_id: account.id,
      flow_id: null,
      device_id: null,
      created_at: now,
      expires_at: expiresAt,
      voided_at: null,
    });
    const id = newRowId(random, now);
    const expires = new Date(expiresAt).toISOString();
    const data = { link: sealLink(keyring, id, `${baseUrl}/approve#mfa-push=${token}`), expiresAt: expires };
    await leaveMessage(tx, { id, ...where, template: 'push-link', data, at: now });
    await recordVerb(tx, deps, request, { event: 'admin-push-link', ...where });
    return { id: account.id, to, expiresAt: expires };
  });
}
