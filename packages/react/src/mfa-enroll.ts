// Generated from the custom-elements manifest by generate.ts.
import type { MfaEnroll as MfaEnrollElement, MfaEventMap } from '@tweestap/elements/mfa-enroll.js';
import '@tweestap/elements/mfa-enroll.js';
import { component, type ElementComponent } from './component.ts';

/** The props of `MfaEnroll`. */
export interface MfaEnrollProps {
  /** `mfa-<kind>=<token>` of a mailed link. Without it the element reads the link from the fragment of the page's address and removes it there. */
  readonly link?: MfaEnrollElement['link'] | undefined;
  /** Kind of flow to start without a link: `enroll`, `recover`, `register`, or `reset` with a help-desk code. Later the kind of the current flow. */
  readonly kind?: MfaEnrollElement['kind'] | undefined;
  /** BCP 47 language of the texts (`en`, `nl`). Default the language of the nearest ancestor. */
  readonly lang?: string | undefined;
  /** The first field gets the focus when the element or a dialog around it is shown. */
  readonly autoFocus?: boolean | undefined;
  /** Mount path or absolute URL of the API. */
  readonly api?: MfaEnrollElement['api'] | undefined;
  /** Id of the organisation. If it is set, the user does not choose one. */
  readonly organisation?: MfaEnrollElement['organisation'] | undefined;
  /** Address to continue at after the flow. It is used if the server allows it or it has this origin. */
  readonly returnTo?: MfaEnrollElement['returnTo'] | undefined;
  /** Whether the element resumes a flow that a reload or a closed tab interrupted. */
  readonly resume?: MfaEnrollElement['resume'] | undefined;
  /** The client that starts flows. */
  readonly client?: MfaEnrollElement['client'] | undefined;
  /** Texts of the page that replace the element's own texts. */
  readonly messages?: MfaEnrollElement['messages'] | undefined;
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

/** Continues a mailed link (activation, new password, unlocking, registration), or enrolls an authenticator app for the account of the session. After a mailed link it shows the login in the same place, with the username filled in. */
export const MfaEnroll: ElementComponent<MfaEnrollProps, MfaEnrollElement> = component('mfa-enroll', {
  attributes: {
    link: 'link',
    kind: 'kind',
    lang: 'lang',
    autoFocus: 'autofocus',
    api: 'api',
    organisation: 'organisation',
    returnTo: 'return-to',
    resume: 'resume',
  },
  properties: ['client', 'messages'],
  events: {
    onMfaStep: 'mfa-step',
    onMfaSuccess: 'mfa-success',
    onMfaError: 'mfa-error',
    onMfaLater: 'mfa-later',
    onMfaCancel: 'mfa-cancel',
  },
});
