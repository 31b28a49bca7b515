// Generated from the custom-elements manifest by generate.ts.
import type { MfaEventMap, MfaLogin as MfaLoginElement } from '@tweestap/elements/mfa-login.js';
import '@tweestap/elements/mfa-login.js';
import { component, type ElementComponent } from './component.ts';

/** The props of `MfaLogin`. */
export interface MfaLoginProps {
  /** `stepped`: one question on each screen. `classic`: organisation, username and password on one screen. */
  readonly layout?: MfaLoginElement['layout'] | undefined;
  /** The address of the portal's own login page, if the portal checks the password itself: the element then continues the login that the portal's server began with `beginFor`, and 'Back' leads to that page. */
  readonly secondStep?: MfaLoginElement['secondStep'] | undefined;
  /** The nonce that the portal's server made for its session. `mfa-success` then has an `assertion`, which the page sends to that server. */
  readonly assertionNonce?: MfaLoginElement['assertionNonce'] | undefined;
  /** The token by which another system hands its user over. The login begins with it, without an input of the user. */
  readonly handOver?: MfaLoginElement['handOver'] | undefined;
  /** BCP 47 language of the texts (`en`, `nl`). Default the language of the nearest ancestor. */
  readonly lang?: string | undefined;
  /** The first field gets the focus when the element or a dialog around it is shown. */
  readonly autoFocus?: boolean | undefined;
  /** Mount path or absolute URL of the API. */
  readonly api?: MfaLoginElement['api'] | undefined;
  /** Id of the organisation. If it is set, the user does not choose one. */
  readonly organisation?: MfaLoginElement['organisation'] | undefined;
  /** Address to continue at after the flow. It is used if the server allows it or it has this origin. */
  readonly returnTo?: MfaLoginElement['returnTo'] | undefined;
  /** Whether the element resumes a flow that a reload or a closed tab interrupted. */
  readonly resume?: MfaLoginElement['resume'] | undefined;
  /** The client that starts flows. */
  readonly client?: MfaLoginElement['client'] | undefined;
  /** Texts of the page that replace the element's own texts. */
  readonly messages?: MfaLoginElement['messages'] | undefined;
  /** The result of `renderLoginContent`. Only a server uses it. */
  readonly serverContent?: string | undefined;
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

/** Logs a user in: organisation, username, password, second factor. */
export const MfaLogin: ElementComponent<MfaLoginProps, MfaLoginElement> = component('mfa-login', {
  attributes: {
    layout: 'layout',
    secondStep: 'second-step',
    assertionNonce: 'assertion-nonce',
    handOver: 'hand-over',
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
