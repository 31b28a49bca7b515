import '@tweestap/elements/jsx.js';
import { MfaLogin, type StepDetail } from '@tweestap/react';

/* The types of the published packages: those of the tags, and those of the components. The check of the packages compiles this file. */

const messages = { 'username.label': 'Staff number' };
let last: StepDetail | undefined;

export const tag = (
  <mfa-login
    organisation="de-linde"
    return-to="/dossier"
    resume
    messages={messages}
    className="login"
    onmfa-success={({ detail }) => ('user' in detail ? detail.user.username : detail.next)}
    onmfa-step={({ detail }) => {
      last = detail;
    }}
  >
    <b slot="logo">{last?.heading}</b>
  </mfa-login>
);
export const others = [
  <mfa-enroll key="a" kind="recover" />,
  <mfa-settings key="b" api="/mfa/v1" />,
  <mfa-approve key="c" />,
];

// @ts-expect-error: there is no such layout
export const layout = <mfa-login layout="modern" />;
// @ts-expect-error: the detail of a step has no user
export const detail = <mfa-login onmfa-step={(event) => event.detail.user} />;
// @ts-expect-error: a flag is not a text
export const flag = <mfa-settings resume="yes" />;

export const component = (
  <MfaLogin organisation="de-linde" messages={messages} onMfaStep={(event) => event.detail.heading}>
    <b slot="logo">De Linde</b>
  </MfaLogin>
);
// @ts-expect-error: there is no such prop
export const prop = <MfaLogin organization="de-linde" />;
