import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SuccessDetail } from '@tweestap/client';
import type { MfaApprove, MfaEnroll, MfaLogin, MfaSettings } from '../index.ts';
import type { ErrorDetail, MfaEventMap, StepDetail } from './host.ts';

/** `true` if both types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if the listeners of every element get typed details. It is never called. */
const listens = (login: MfaLogin, enroll: MfaEnroll, settings: MfaSettings, plain: HTMLElement, page: Document) => {
  page.addEventListener('mfa-step', ({ detail }) => {
    const same: Same<typeof detail, StepDetail> = true;
    return same;
  });
  // @ts-expect-error: the detail has no such member
  page.addEventListener('mfa-step', ({ detail }) => detail.user);
  for (const element of [login, enroll, settings, plain]) {
    element.addEventListener('mfa-step', ({ detail }) => {
      const same: Same<typeof detail, StepDetail> = true;
      return same;
    });
    element.addEventListener('mfa-success', ({ detail }) => {
      const same: Same<typeof detail, SuccessDetail> = true;
      return same && 'user' in detail && detail.user.username;
    });
    element.addEventListener('mfa-error', ({ detail }) => {
      const same: Same<typeof detail, ErrorDetail> = true;
      return same && detail.problem.code;
    });
    // @ts-expect-error: the detail has no such member
    element.addEventListener('mfa-step', ({ detail }) => detail.user);
  }
};

type Tags = Pick<HTMLElementTagNameMap, 'mfa-login' | 'mfa-enroll' | 'mfa-settings' | 'mfa-approve'>;
const tags: Same<
  Tags,
  { 'mfa-login': MfaLogin; 'mfa-enroll': MfaEnroll; 'mfa-settings': MfaSettings; 'mfa-approve': MfaApprove }
> = true;

const names: Record<keyof MfaEventMap, true> = {
  'mfa-step': true,
  'mfa-success': true,
  'mfa-error': true,
  'mfa-later': true,
  'mfa-cancel': true,
  'mfa-linked': true,
  'mfa-request': true,
  'mfa-answer': true,
};

test('The events and tags of the elements are typed', () => {
  assert.equal(typeof listens, 'function');
  assert.equal(tags, true);
  assert.equal(Object.keys(names).length, 8);
});
