import type { Host } from '../view/host.ts';

/** Whether the user can leave the choice of a method to enroll, and choose again. */
export const canChooseAgain = ({ flow, hasChoice }: Pick<Host, 'flow' | 'hasChoice'>): boolean => {
  const { type = '', actions = [] }: { type?: string; actions?: readonly string[] } = flow?.step ?? {};
  return hasChoice && type.startsWith('enroll-') && actions.includes('back');
};

/** A sentence about the other ways to go on, after a space. Empty if the step has none, such as where only 'Not now' is left. */
export const anotherWay = (host: Host): string => {
  const { step } = host.flow ?? {};
  if (canChooseAgain(host)) return ` ${host.text('another-way.choose')}`;
  const methods = step && 'methods' in step ? (step.methods ?? []) : [];
  // A user who has not entered a username yet can do that instead of using a passkey.
  const isLogin = step?.type === 'username' || step?.type === 'organisation';
  const hasOthers =
    isLogin || (!step?.type.startsWith('enroll-') && methods.some(({ method }) => method !== step?.type));
  if (!hasOthers) return '';
  return ` ${host.text(host.flow?.kind === 'login' ? 'another-way.log-in' : 'another-way.choose')}`;
};
