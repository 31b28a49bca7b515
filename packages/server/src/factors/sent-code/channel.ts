import type { Method } from '@tweestap/protocol';
import type { StepContext } from '../../flow/rules/step-definition.ts';
import type { Tx } from '../../store/database.ts';
import type { ChallengesTable } from '../../store/schema.ts';

/** Where a code is sent. */
export interface Destination {
  /** The phone number (E.164) or the email address. */
  address: string;
  /** The same, masked. */
  to: string;
}

/** A message with a code. */
export interface CodeMessage {
  /** The id of its challenge. */
  challengeId: string;
  code: string;
  /** ms since the epoch: the message is not sent after this time. */
  expiresAt: number;
}

/** A way to send the codes of one step. */
export interface CodeChannel {
  /** The step that asks for the code. */
  readonly step: ChallengesTable['method'];
  /** The method that the code proves or enrolls. */
  readonly method: Method;
  /** Where the flow's codes are sent; undefined if the account has no such destination any more. */
  destination(context: StepContext): Promise<Destination | undefined>;
  /** The seconds until a sending limit allows a message (R24); undefined if one may be sent now. */
  wait(context: StepContext, to: Destination): Promise<number | undefined>;
  /** Counts a message. Returns false if a limit was reached since `wait`. */
  count(tx: Tx, context: StepContext, to: Destination): Promise<boolean>;
  /** Puts the message into the outbox. */
  leave(tx: Tx, context: StepContext, to: Destination, message: CodeMessage): Promise<void>;
}
