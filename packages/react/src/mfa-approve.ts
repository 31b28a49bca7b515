// Generated from the custom-elements manifest by generate.ts.
import type { MfaApprove as MfaApproveElement, MfaEventMap } from '@tweestap/elements/mfa-approve.js';
import '@tweestap/elements/mfa-approve.js';
import { component, type ElementComponent } from './component.ts';

/** The props of `MfaApprove`. */
export interface MfaApproveProps {
  /** BCP 47 language of the texts (`en`, `nl`). Default the language of the nearest ancestor. */
  readonly lang?: string | undefined;
  /** The first field gets the focus when the element or a dialog around it is shown. */
  readonly autoFocus?: boolean | undefined;
  /** Mount path or absolute URL of the API. */
  readonly api?: MfaApproveElement['api'] | undefined;
  /** Id of the organisation. If it is set, the user does not choose one. */
  readonly organisation?: MfaApproveElement['organisation'] | undefined;
  /** Address to continue at after the flow. It is used if the server allows it or it has this origin. */
  readonly returnTo?: MfaApproveElement['returnTo'] | undefined;
  /** Whether the element resumes a flow that a reload or a closed tab interrupted. */
  readonly resume?: MfaApproveElement['resume'] | undefined;
  /** The phone's side of push, for example with a storage of the page. */
  readonly phone?: MfaApproveElement['phone'] | undefined;
  /** The page's service worker. With it the user can turn on notifications of logins. */
  readonly registration?: MfaApproveElement['registration'] | undefined;
  /** Texts of the page that replace the element's own texts. */
  readonly messages?: MfaApproveElement['messages'] | undefined;
  /** The client that starts flows. */
  readonly client?: MfaApproveElement['client'] | undefined;
  /** An account was linked to this phone. */
  readonly onMfaLinked?: ((event: MfaEventMap['mfa-linked']) => void) | undefined;
  /** A login waits for an answer and is shown. */
  readonly onMfaRequest?: ((event: MfaEventMap['mfa-request']) => void) | undefined;
  /** The user has answered a login. */
  readonly onMfaAnswer?: ((event: MfaEventMap['mfa-answer']) => void) | undefined;
  /** A step is shown. `type` is the type of the step. `heading` is its heading, which the page can use as its title. */
  readonly onMfaStep?: ((event: MfaEventMap['mfa-step']) => void) | undefined;
  /** The flow is done. Cancelable: by default the browser goes to the address that the server allowed, or to `return-to` if it has this origin. */
  readonly onMfaSuccess?: ((event: MfaEventMap['mfa-success']) => void) | undefined;
  /** An input was refused or a call failed, with `problem.code`. */
  readonly onMfaError?: ((event: MfaEventMap['mfa-error']) => void) | undefined;
  /** The user has deferred an enrolment and is logged in without it; `mfa-success` follows. */
  readonly onMfaLater?: ((event: MfaEventMap['mfa-later']) => void) | undefined;
  /** The user has cancelled the flow, or the page has called `cancel()`. */
  readonly onMfaCancel?: ((event: MfaEventMap['mfa-cancel']) => void) | undefined;
}

/** The phone's side of a login: links accounts, asks whether the user is logging in, and shows codes. It links the account of `#mfa-push=<token>` in the page's address, confirms it with the code of `#mfa-code=<code>`, and shows the login of `#mfa-request=<id>`. */
export const MfaApprove: ElementComponent<MfaApproveProps, MfaApproveElement> = component('mfa-approve', {
  attributes: {
    lang: 'lang',
    autoFocus: 'autofocus',
    api: 'api',
    organisation: 'organisation',
    returnTo: 'return-to',
    resume: 'resume',
  },
  properties: ['phone', 'registration', 'messages', 'client'],
  events: {
    onMfaLinked: 'mfa-linked',
    onMfaRequest: 'mfa-request',
    onMfaAnswer: 'mfa-answer',
    onMfaStep: 'mfa-step',
    onMfaSuccess: 'mfa-success',
    onMfaError: 'mfa-error',
    onMfaLater: 'mfa-later',
    onMfaCancel: 'mfa-cancel',
  },
});
