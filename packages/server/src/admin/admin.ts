import { disable, enable, endSessions, type StateChange } from './help-desk/account-state.ts';
import { type FoundAccount, find } from './help-desk/find.ts';
import { type Invited, invite } from './help-desk/invite.ts';
import { type CodeIssued, type IssueCodeRequest, issueCode } from './help-desk/issue-code.ts';
import { type LetterRequest, type Letters, letter } from './help-desk/letter.ts';
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
import { type KeyRotated, rotateKey } from './operator/rotate-key.ts';
import type { AccountRequest, AdminDeps, AdminRequest } from './request/admin-context.ts';
import { AdminError } from './request/admin-error.ts';
import { noteRefusal, permitted } from './request/permitted.ts';
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

/**
 * What a help desk and an operator may do. Each verb says who does it and why, is audited in the transaction of its
 * effect, reaches accounts of the named organisation only, and no further than its actor's role (R83, `roles.ts`). All of
 * them throw AdminError for what is wrong.
 */
export interface Admin {
  find(request: AccountRequest): Promise<FoundAccount>;
  search(request: SearchRequest): Promise<{ people: UserFound[]; more: boolean }>;
  invite(request: AccountRequest): Promise<Invited>;
  letter(request: LetterRequest): Promise<Letters>;
  unlock(request: AccountRequest): Promise<Unlocked>;
  issueCode(request: IssueCodeRequest): Promise<CodeIssued>;
  resetFactors(request: ResetFactorsRequest): Promise<FactorsReset>;
  resetPassword(request: ResetPasswordRequest): Promise<PasswordStarted>;
  setPassword(request: SetPasswordRequest): Promise<PasswordSet>;
  changeEmail(request: ChangeEmailRequest): Promise<EmailChanged>;
  endSessions(request: AccountRequest): Promise<{ id: string; sessions: number }>;
  disable(request: AccountRequest): Promise<StateChange>;
  enable(request: AccountRequest): Promise<StateChange>;
  deleteUser(request: AccountRequest): Promise<{ id: string }>;
  addOrganisation(request: AddOrganisationRequest): Promise<{ id: string; name: string; added: boolean }>;
  addUser(request: AddUserRequest): Promise<{ id: string; username: string; factorId?: string }>;
  importUsers(request: ImportUsersRequest): Promise<UsersImported>;
  exportUsers(request: ExportUsersRequest): Promise<{ csv: string; people: number }>;
  listMail(request: ListMailRequest): Promise<{ mails: ListedMail[] }>;
  resendMail(request: ResendMailRequest): Promise<{ mails: number }>;
  rotateKey(request: AdminRequest): Promise<KeyRotated>;
}

export function createAdmin(deps: AdminDeps): Admin {
  const checked =
    <Q extends AdminRequest, A>(name: AdminVerb, verb: (deps: AdminDeps, request: Q) => Promise<A>) =>
    async (request: Q): Promise<A> => {
      if (deps.clockGuard?.isBehind()) {
        throw new AdminError('busy', 'The clock of the server was set back: try again once it is right.');
      }
      const allowed = await permitted(deps, name, request);
      try {
        return await verb(deps, allowed);
      } catch (error) {
        if (error instanceof AdminError && error.code === 'not-allowed') await noteRefusal(deps, name, allowed, error);
        throw error;
      }
    };
  return {
    find: checked('find', find),
    search: checked('search', search),
    invite: checked('invite', invite),
    letter: checked('letter', letter),
    unlock: checked('unlock', unlock),
    issueCode: checked('issueCode', issueCode),
    resetFactors: checked('resetFactors', resetFactors),
    resetPassword: checked('resetPassword', resetPassword),
    setPassword: checked('setPassword', setPassword),
    changeEmail: checked('changeEmail', changeEmail),
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
  };
}
