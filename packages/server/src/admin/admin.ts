import { disable, enable, type StateChange } from './account-state.ts';
import { type AddOrganisationRequest, addOrganisation } from './add-organisation.ts';
import { type AddPersonRequest, addPerson } from './add-person.ts';
import type { AccountRequest, AdminDeps, AdminRequest } from './admin-context.ts';
import { deletePerson } from './delete-person.ts';
import { endSessions } from './end-sessions.ts';
import { type FoundAccount, find } from './find.ts';
import { type ImportPeopleRequest, importPeople, type PeopleImported } from './import-people.ts';
import { type FactorsReset, type ResetFactorsRequest, resetFactors } from './reset-factors.ts';
import { type KeyRotated, rotateKey } from './rotate-key.ts';
import { type Unlocked, unlock } from './unlock.ts';

/**
 * What a help desk and an operator may do. Each verb says who does it and why, is audited in the transaction of its
 * effect, and reaches accounts of the named organisation only (R83). All of them throw AdminError for what is wrong.
 */
export interface Admin {
  find(request: AccountRequest): Promise<FoundAccount>;
  unlock(request: AccountRequest): Promise<Unlocked>;
  resetFactors(request: ResetFactorsRequest): Promise<FactorsReset>;
  endSessions(request: AccountRequest): Promise<{ id: string; sessions: number }>;
  disable(request: AccountRequest): Promise<StateChange>;
  enable(request: AccountRequest): Promise<StateChange>;
  deletePerson(request: AccountRequest): Promise<{ id: string }>;
  addOrganisation(request: AddOrganisationRequest): Promise<{ id: string; name: string; added: boolean }>;
  addPerson(request: AddPersonRequest): Promise<{ id: string; username: string; factorId?: string }>;
  importPeople(request: ImportPeopleRequest): Promise<PeopleImported>;
  rotateKey(request: AdminRequest): Promise<KeyRotated>;
}

export function createAdmin(deps: AdminDeps): Admin {
  return {
    find: (request) => find(deps, request),
    unlock: (request) => unlock(deps, request),
    resetFactors: (request) => resetFactors(deps, request),
    endSessions: (request) => endSessions(deps, request),
    disable: (request) => disable(deps, request),
    enable: (request) => enable(deps, request),
    deletePerson: (request) => deletePerson(deps, request),
    addOrganisation: (request) => addOrganisation(deps, request),
    addPerson: (request) => addPerson(deps, request),
    importPeople: (request) => importPeople(deps, request),
    rotateKey: (request) => rotateKey(deps, request),
  };
}
