import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MfaLogin as MfaLoginElement } from '@tweestap/elements/mfa-login.js';
import { createElement, createRef } from 'react';
import { MfaApprove, MfaEnroll, MfaLogin, MfaSettings } from './index.ts';

test('the props, the events and the refs of the components have types, which the compiler checks', () => {
  const ref = createRef<MfaLoginElement>();
  const login = createElement(MfaLogin, {
    ref,
    layout: 'classic',
    organisation: null,
    messages: { 'username.label': 'Staff number' },
    onMfaStep: ({ detail }) => detail.heading.toUpperCase(),
    onMfaSuccess: ({ detail }) => ('user' in detail ? detail.user.username : detail.next),
    onMfaError: ({ detail }) => detail.problem.code,
  });
  assert.equal(login.props.layout, 'classic');
  createElement(MfaEnroll, { kind: 'recover', link: 'mfa-reset=abc' });
  createElement(MfaSettings, { resume: true });
  createElement(MfaApprove, { onMfaLinked: ({ detail }) => detail.organisation });

  // @ts-expect-error: there is no such layout
  createElement(MfaLogin, { layout: 'modern' });
  // @ts-expect-error: a flag is not a text
  createElement(MfaLogin, { resume: 'yes' });
  // @ts-expect-error: there is no such text
  createElement(MfaLogin, { messages: { 'username.labels': 'Staff number' } });
  // @ts-expect-error: the detail of a step has no user
  createElement(MfaLogin, { onMfaStep: ({ detail }) => detail.user });
  // @ts-expect-error: there is no such event
  createElement(MfaLogin, { onMfaFinish: () => undefined });
  // @ts-expect-error: only <mfa-enroll> has links
  createElement(MfaLogin, { link: 'mfa-reset=abc' });
  // @ts-expect-error: the ref is the element and not a button
  createElement(MfaLogin, { ref: createRef<HTMLButtonElement>() });
  // @ts-expect-error: there is no such kind of flow
  createElement(MfaEnroll, { kind: 'begin' });
});
