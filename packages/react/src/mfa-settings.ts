// Generated from the custom-elements manifest by generate.ts.
import type { MfaEventMap, MfaSettings as MfaSettingsElement } from '@tweestap/elements/mfa-settings.js';
import '@tweestap/elements/mfa-settings.js';
import { component, type ElementComponent } from './component.ts';

/** The props of `MfaSettings`. */
export interface MfaSettingsProps {
  /** BCP 47 language of the texts (`en`, `nl`). Default the language of the nearest ancestor. */
  readonly lang?: string | undefined;
  /** The first field gets the focus when the element or a dialog around it is shown. */
  readonly autoFocus?: boolean | undefined;
  /** Mount path or absolute URL of the API. */
  readonly api?: MfaSettingsElement['api'] | undefined;
  /** Id of the organisation. If it is set, the user does not choose one. */
  readonly organisation?: MfaSettingsElement['organisation'] | undefined;
  /** Address to continue at after the flow. It is used if the server allows it or it has this origin. */
  readonly returnTo?: MfaSettingsElement['returnTo'] | undefined;
  /** Whether the element resumes a flow that a reload or a closed tab interrupted. */
  readonly resume?: MfaSettingsElement['resume'] | undefined;
  /** The client that reads the account and starts flows. */
  readonly client?: MfaSettingsElement['client'] | undefined;
  /** Texts of the page that replace the element's own texts. */
  readonly messages?: MfaSettingsElement['messages'] | undefined;
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

/** Shows the login settings of the user's own account: two-step login, authenticator apps, recovery codes, remembered devices, password, other sessions and recent events. If a change needs a flow, the element runs it in the same place. */
export const MfaSettings: ElementComponent<MfaSettingsProps, MfaSettingsElement> = component('mfa-settings', {
  attributes: {
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
