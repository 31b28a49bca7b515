import { disable, enable, endSessions, type StateChange } from './help-desk/account-state.ts';
import { type FoundAccount, find } from './help-desk/find.ts';
import { type Invited, invite } from './help-desk/invite.ts';
import { type CodeIssued, type IssueCodeRequest, issueCode } from './help-desk/issue-code.ts';
import { type LetterRequest, type Letters, letter } from './help-desk/letter.ts';
import { type PushLinkSent, pushLink } from './help-desk/push-link.ts';
import { type FactorsReset, type ResetFactorsRequest, resetFactors } from './help-desk/reset-factors.ts';
import { type PasswordStarted, type ResetPasswordRequest, resetPassword } from './help-desk/reset-password.ts';
import { type SearchRequest, search, type UserFound } from './help-desk/search.ts';
import { type Unlocked, unlock } from './help-desk/unlock.ts';
import { type AddOrganisationRequest, addOrganisation } from './operator/add-organisation.ts';
import {
  type ListedMail,
  type ListMailRequest,
  listMail,
  type ResendMailRequest,
  resendMail,
} from './operator/mail.ts';
import { replaceSigningKeys, type SigningKeysReplaced } from './operator/replace-signing-keys.ts';
import { type KeyRotated, rotateKey } from './operator/rotate-key.ts';
import type { AccountRequest, AdminDeps, AdminRequest } from './request/admin-context.ts';
import { AdminError } from './request/admin-error.ts';
import { permitted, recordRefusal } from './request/permitted.ts';
import type { AdminVerb } from './request/roles.ts';
import { type AddUserRequest, addUser, deleteUser } from './users/add-user.ts';
import {
  type ChangeEmailRequest,
  changeEmail,
  type EmailChanged,
  type PasswordSet,
  type SetPasswordRequest,
  setPassword,
} from './users/credentials.ts';
import { type ExportUsersRequest, exportUsers } from './users/export-users.ts';
import { type ImportUsersRequest, importUsers, type UsersImported } from './users/import-users.ts';

import { type SyncUsersRequest, syncUsers, type UsersSynced } from './users/sync-users.ts';
import { type UpdateUserRequest, type UserUpdated, updateUser } from './users/update-user.ts';

/**
 * The verbs of the help desk and of operators. Each request names its actor and a reason, and is recorded in the audit
 * in the transaction of its effect. A verb reaches only accounts of the named organisation, within the limits of the
 * actor's role (R83, `roles.ts`). All verbs throw AdminError for an invalid or refused request.
 */
export interface Admin {
  /** Shows an account with its factors, locks and sessions. */
  find(request: AccountRequest): Promise<FoundAccount>;
  /** Lists at most 20 users by the beginning of a username, name, surname or address. */
  search(request: SearchRequest): Promise<{ users: UserFound[]; more: boolean }>;
  /** Sends an activation link by email. */
  invite(request: AccountRequest): Promise<Invited>;
  /** Sends the QR code with which a phone is linked, by email. */
  pushLink(request: AccountRequest): Promise<PushLinkSent>;
  /** Creates activation links on paper, one page for each user. */
  letter(request: LetterRequest): Promise<Letters>;
  /** Lifts the soft locks of an account. */
  unlock(request: AccountRequest): Promise<Unlocked>;
  /** Creates a one-time code with which the user can set up a new authenticator. */
  issueCode(request: IssueCodeRequest): Promise<CodeIssued>;
  /** Ends all factors and recovery codes of an account. */
  resetFactors(request: ResetFactorsRequest): Promise<FactorsReset>;
  /** Starts a new password with a code or a letter. */
  resetPassword(request: ResetPasswordRequest): Promise<PasswordStarted>;
  /** Sets a password that an administrator chose. */
  setPassword(request: SetPasswordRequest): Promise<PasswordSet>;
  /** Changes or removes the address for email. */
  changeEmail(request: ChangeEmailRequest): Promise<EmailChanged>;
  /** Changes the username or the name of an account. */
  updateUser(request: UpdateUserRequest): Promise<UserUpdated>;
  /** Brings the accounts up to date with the users of the portal, by their ids there. */
  syncUsers(request: SyncUsersRequest): Promise<UsersSynced>;
  /** Ends all sessions of an account. */
  endSessions(request: AccountRequest): Promise<{ id: string; sessions: number }>;
  /** Disables an account and revokes its access. */
  disable(request: AccountRequest): Promise<StateChange>;
  /** Enables a disabled account. */
  enable(request: AccountRequest): Promise<StateChange>;
  /** Deletes an account permanently. */
  deleteUser(request: AccountRequest): Promise<{ id: string }>;
  /** Adds an organisation, or updates its definition. */
  addOrganisation(request: AddOrganisationRequest): Promise<{ id: string; name: string; added: boolean }>;
  /** Adds one user. */
  addUser(request: AddUserRequest): Promise<{ id: string; username: string; factorId?: string }>;
  /** Imports all users of a CSV file, or none. */
  importUsers(request: ImportUsersRequest): Promise<UsersImported>;
  /** Exports the users of an organisation as a CSV file. */
  exportUsers(request: ExportUsersRequest): Promise<{ csv: string; users: number }>;
  /** Lists the emails of an organisation in one state. */
  listMail(request: ListMailRequest): Promise<{ mails: ListedMail[] }>;
  /** Makes dead letters due again. */
  resendMail(request: ResendMailRequest): Promise<{ mails: number }>;
  /** Encrypts all secrets with the first encryption key. */
  rotateKey(request: AdminRequest): Promise<KeyRotated>;
  /** Replaces the keys that sign assertions at once. */
  replaceSigningKeys(request: AdminRequest): Promise<SigningKeysReplaced>;
}

/** Creates the verbs. Each one checks the clock and the rights of its actor first. */
export function createAdmin(deps: AdminDeps): Admin {
  const checked =
    <Q extends AdminRequest, A>(name: AdminVerb, verb: (deps: AdminDeps, request: Q) => Promise<A>) =>
    async (request: Q): Promise<A> => {
      if (deps.clockGuard?.isBehind()) {
        throw new AdminError('busy', 'The clock of the server was set back. Try again when it is correct.');
      }
      const allowed = await permitted(deps, name, request);
      try {
        return await verb(deps, allowed);
      } catch (error) {
        if (error instanceof AdminError && error.code === 'not-allowed')
          await recordRefusal(deps, name, allowed, error);
        throw error;
      }
    };
  return {
    find: checked('find', find),
    search: checked('search', search),
    invite: checked('invite', invite),
    pushLink: checked('pushLink', pushLink),
    letter: checked('letter', letter),
    unlock: checked('unlock', unlock),
    issueCode: checked('issueCode', issueCode),
    resetFactors: checked('resetFactors', resetFactors),
    resetPassword: checked('resetPassword', resetPassword),
    setPassword: checked('setPassword', setPassword),
    changeEmail: checked('changeEmail', changeEmail),
    updateUser: checked('updateUser', updateUser),
    syncUsers: checked('syncUsers', syncUsers),
    endSessions: checked('endSessions', endSessions),
    disable: checked('disable', disable),
    enable: checked('enable', enable),
    deleteUser: checked('deleteUser', deleteUser),
    addOrganisation: checked('addOrganisation', addOrganisation),
    addUser: checked('addUser', addUser),
    importUsers: checked('importUsers', importUsers),
    exportUsers: checked('exportUsers', exportUsers),
    listMail: checked('listMail', listMail),
    resendMail: checked('resendMail', resendMail),
    rotateKey: checked('rotateKey', rotateKey),
    replaceSigningKeys: checked('replaceSigningKeys', replaceSigningKeys),
  };
}
