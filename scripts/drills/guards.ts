import type { Guard } from './guard.ts';
import { assertionGuards } from './guards/assertions.ts';
import { budgetGuards } from './guards/budgets.ts';
import { clientGuards } from './guards/clients.ts';
import { elementGuards } from './guards/elements.ts';
import { flowGuards } from './guards/flow.ts';
import { handOverGuards } from './guards/hand-over.ts';
import { httpGuards } from './guards/http.ts';
import { limitGuards } from './guards/limits.ts';
import { passkeyGuards } from './guards/passkeys.ts';
import { portalGuards } from './guards/portal.ts';
import { proofGuards } from './guards/proofs.ts';
import { pushGuards } from './guards/push.ts';
import { recheckGuards } from './guards/rechecks.ts';
import { secretGuards } from './guards/secrets.ts';
import { smsGuards } from './guards/sms.ts';
import { storeGuards } from './guards/store.ts';

/** Every guard that the mutation drill switches off. */
export const guards: readonly Guard[] = [
  ...secretGuards,
  ...httpGuards,
  ...storeGuards,
  ...portalGuards,
  ...proofGuards,
  ...passkeyGuards,
  ...pushGuards,
  ...flowGuards,
  ...budgetGuards,
  ...assertionGuards,
  ...clientGuards,
  ...handOverGuards,
  ...limitGuards,
  ...recheckGuards,
  ...smsGuards,
  ...elementGuards,
];
