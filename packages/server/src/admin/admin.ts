import { disable, enable, type StateChange } from './account-state.ts';
import { type AddOrganisationRequest, addOrganisation } from './add-organisation.ts';
import { type AddPersonRequest, addPerson } from './add-person.ts';
import type { AccountRequest, AdminDeps, AdminRequest } from './admin-context.ts';
import { AdminError } from './admin-error.ts';
import { type ChangeEmailRequest, changeEmail, type EmailChanged } from './change-email.ts';
import { deletePerson } from './delete-person.ts';
import { endSessions } from './end-sessions.ts';
import { type ExportPeopleRequest, exportPeople } from './export-people.ts';
import { type FoundAccount, find } from './find.ts';
import { type ImportPeopleRequest, importPeople, type PeopleImported } from './import-people.ts';
import { type Invited, invite } from './invite.ts';
import { type CodeIssued, type IssueCodeRequest, issueCode } from './issue-code.ts';
import { type LetterRequest, type Letters, letter } from './letter.ts';
import { type ListedMail, type ListMailRequest, listMail, type ResendMailRequest, resendMail } from './mail.ts';
import { noteRefusal, permitted } from './permitted.ts';
import { type FactorsReset, type ResetFactorsRequest, resetFactors } from './reset-factors.ts';
import { type PasswordStarted, type ResetPasswordRequest, resetPassword } from './reset-password.ts';
import type { AdminVerb } from './roles.ts';
import { type KeyRotated, rotateKey } from './rotate-key.ts';
import { type PersonFound, type SearchRequest, search } from './search.ts';
import { type PasswordSet, type SetPasswordRequest, setPassword } from './set-password.ts';
import { type Unlocked, unlock } from './unlock.ts';

/**
 * What a help desk and an operator may do. Each verb says who does it and why, is audited in the transaction of its
 * effect, reaches accounts of the named organisation only, and no further than its actor's role (R83, `roles.ts`). All of
 * them throw AdminError for what is wrong.
 */
export interface Admin {
  find(request: AccountRequest): Promise<FoundAccount>;
  search(request: SearchRequest): Promise<{ people: PersonFound[]; more: boolean }>;
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
  deletePerson(request: AccountRequest): Promise<{ id: string }>;
  addOrganisation(request: AddOrganisationRequest): Promise<{ id: string; name: string; added: boolean }>;
  addPerson(request: AddPersonRequest): Promise<{ id: string; username: string; factorId?: string }>;
  importPeople(request: ImportPeopleRequest): Promise<PeopleImported>;
  exportPeople(request: ExportPeopleRequest): Promise<{ csv: string; people: number }>;
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
    deletePerson: checked('deletePerson', deletePerson),
    addOrganisation: checked('addOrganisation', addOrganisation),
    addPerson: checked('addPerson', addPerson),
    importPeople: checked('importPeople', importPeople),
    exportPeople: checked('exportPeople', exportPeople),
    listMail: checked('listMail', listMail),
    resendMail: checked('resendMail', resendMail),
    rotateKey: checked('rotateKey', rotateKey),
  };
}
