import type { IncomingMessage } from 'node:http';
import { hashToken, newId, newToken } from '../crypto/tokens.ts';
import { checkedUser, DirectoryError, type DirectoryUser, isExternalId } from '../directory/directory.ts';
import { shadowOf } from '../directory/shadow.ts';
import { withRequest } from '../events/current-request.ts';
import { BeginError } from '../flow/begin.ts';
import { contextOf } from '../http/caller.ts';
import { type AnyRequest, addCookies, type CookieResponse, rawRequest } from '../http/frameworks.ts';
import { clockBehind } from '../http/handler.ts';
import type { HttpDeps } from '../http/route-table.ts';
import { issuedCookies } from '../http/routes/flow-routes.ts';
import type { OrganisationDefinition } from '../organisations/schema.ts';
import { accountByExternalId } from '../store/accounts/portal-accounts.ts';
import { withRequestBudget } from '../store/budget.ts';
import { getOrganisation } from '../store/organisations.ts';
import type { AccountRow } from '../store/schema.ts';
import { type CompletedLogin, takeCompleted } from './completed.ts';

/** What `beginFor` needs. */
export interface BeginOptions {
  /** The id of the organisation. */
  organisation: string;
  /**
   * The user as the portal knows them. The account is made from it at the first login, and its copies are brought up to date
   * at later ones. Default: only users whose accounts `admin.syncUsers`, an import or the directory has made can be begun.
   */
  user?: Omit<DirectoryUser, 'id'> | undefined;
  /** Where the login continues in the browser, usually the page that calls `completed`. Default: nowhere. */
  returnTo?: string | undefined;
  /** The request in which the portal checked the password. */
  request: AnyRequest;
  /** Its response, which gets the cookies that bind the login to this browser. */
  response: CookieResponse;
}

/** A login that `beginFor` began. */
export interface BegunSecondStep {
  /** The id of the flow, for the portal's pending session. Not a secret. */
  flow: string;
  /** Whether the user is logged in already, because this browser is remembered or nothing is required. */
  isDone: boolean;
}

/** What the portal's pending session knows about the login. */
export interface ExpectedLogin {
  /** The user whose password the portal has checked. */
  userId?: string | undefined;
  /** `flow` of `beginFor`. Default: the login that was begun last in this browser. */
  flow?: string | undefined;
}

/** The second step of portals that check the password themselves. */
export interface SecondStep {
  /**
   * Begins a login for a user whose password the portal has just checked. A page with `<mfa-login second-step>` in the same
   * browser then shows what is left: the second factor, an enrolment that is due, or nothing.
   * @param userId the portal's id of the user: `external_id`, as in `syncUsers` and the directory
   * @throws BeginError
   */
  beginFor(userId: string, options: BeginOptions): Promise<BegunSecondStep>;
  /**
   * Returns the login that was begun in this browser once its user has finished it, otherwise undefined. It returns each login
   * once, within five minutes. Only then may the portal release its session; an event in the page proves nothing.
   * @param expected the user and the flow of the portal's pending session; a login of another user is not returned
   */
  completed(request: AnyRequest, expected?: ExpectedLogin): Promise<CompletedLogin | undefined>;
}

/** Makes the second step. */
export function createSecondStep(deps: HttpDeps): SecondStep {
  const guarded = <T>(req: IncomingMessage, work: () => Promise<T>): Promise<T> => {
    if (deps.clockGuard.isBehind()) throw clockBehind();
    return withRequest(req, () => withRequestBudget(work));
  };
  return {
    beginFor: async (userId, options) => {
      const req = rawRequest(options.request);
      return await guarded(req, () => begin(deps, req, userId, options));
    },
    completed: async (request, expected = {}) => {
      const req = rawRequest(request);
      return await guarded(req, async () => {
        const tokens = deps.cookies.read(req.headers.cookie);
        const flow = expected.flow ?? tokens.begun;
        if (flow === undefined || tokens.flow === undefined) return undefined;
        const browserHash = hashToken(tokens.flow);
        return await takeCompleted(deps, { flow, browserHash, userId: expected.userId });
      });
    },
  };
}

async function begin(
  deps: HttpDeps,
  req: IncomingMessage,
  userId: string,
  { organisation: id, user, returnTo, response }: BeginOptions,
): Promise<BegunSecondStep> {
  const { database, random, cookies, engine, directory } = deps;
  if (!isExternalId(userId)) throw new BeginError('bad-request', 'userId must be a text of 1 to 200 characters');
  const organisation = await getOrganisation(database.read, id);
  if (!organisation) {
    const message = `organisation: there is no organisation ${JSON.stringify(id)}: add it first, or check its id`;
    throw new BeginError('unknown-organisation', message);
  }
  const account = await accountFor(deps, organisation, userId, user);
  const tokens = cookies.read(req.headers.cookie);
  const flowToken = tokens.flow ?? newToken(random);
  const context = await contextOf(deps, { req, tokens, correlationId: newId(random) }, flowToken);
  const login = { organisation: id, account: account.id, user: userId, returnTo, isConfirmed: directory === undefined };
  const { id: flow, isDone, issued } = await engine.begin(login, context);
  const fresh = tokens.flow === undefined ? [cookies.set('flow', flowToken)] : [];
  addCookies(response, [...fresh, cookies.set('begun', flow), ...issuedCookies(deps, issued)]);
  return { flow, isDone };
}

/** The account of a user of the portal. @throws BeginError */
async function accountFor(
  deps: HttpDeps,
  organisation: OrganisationDefinition,
  id: string,
  user: BeginOptions['user'],
): Promise<AccountRow> {
  const { database } = deps;
  if (!user) {
    const known = await accountByExternalId(database.read, organisation.id, id);
    if (known) return known;
    const message = 'userId: no account has this external id; pass `user`, so that the account is made';
    throw new BeginError('unknown-user', message);
  }
  try {
    const checked = checkedUser(organisation, { ...user, id });
    if (!checked.isActive) throw new BeginError('disabled-user', 'user.active is false');
    return await shadowOf(deps, organisation.id, checked);
  } catch (error) {
    if (error instanceof DirectoryError) throw new BeginError('bad-request', `user: ${error.message}`);
    throw error;
  }
}
