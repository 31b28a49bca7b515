import assert from 'node:assert/strict';
import type { Input, StepType } from '@tweestap/protocol';
import { stepOf, totpCode } from '../../factors/totp/code.ts';
import { decodeSecret } from '../../factors/totp/secret.ts';
import type { SessionRow } from '../../store/schema.ts';
import type { Outcome } from '../engine-types.ts';
import type { AnswerOf } from '../step-definition.ts';
import type { Person } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A person as the ledger's keeper knows her: by what she really has, not by what the server believes. */
export interface Subject {
  person: Person;
  /** From when on nobody of the organisation gets in without a factor: never, always, or ms since the epoch. */
  mandatoryFrom: number;
  oneAuthenticator: boolean;
  authenticators: { secret: Uint8Array; lastStep: number }[];
  codes: Set<string>;
  /** What the help desk said on the phone, and until when it is good. */
  desk?: { code: string; until: number } | undefined;
}

/** A mailed link, as the ledger's keeper knows it: good once, in its time, until a newer one or a new password. */
interface Link {
  owner: Subject;
  kind: LinkKind;
  from: number;
  until: number;
}
export type LinkKind = 'activate' | 'reset' | 'unlock';
/** What a person changes of the own account. */
export type OwnKind = 'recovery-codes' | 'disable' | 'change-password';

/** When an input came (ms since the epoch), and with which cookies. */
interface Given {
  now: number;
  device: string | undefined;
  came: string | undefined;
}

/** What was really proven in one flow. */
interface FlowRecord {
  kind: 'login' | 'enroll' | 'step-up' | 'recover' | OwnKind | LinkKind;
  /** The link that it began with. */
  link?: string | undefined;
  organisation?: string | undefined;
  name?: string | undefined;
  /** Whose password was typed, and right. */
  password?: Subject | undefined;
  factor?: 'totp' | 'recovery-code' | undefined;
  /** It was the help desk's code: good for a set-up alone. */
  desk?: boolean | undefined;
  remembered?: boolean | undefined;
  ticked?: boolean | undefined;
  /** The secret that this flow showed, and whether a right code of it was typed. */
  shown?: Uint8Array | undefined;
  enrolled?: boolean | undefined;
  /** The recovery codes that this flow showed, and whether they were said to be kept. */
  codes?: readonly string[] | undefined;
  kept?: boolean | undefined;
  /** The password was typed once more. */
  confirmed?: boolean | undefined;
  /** A new password was chosen. */
  changed?: boolean | undefined;
  /** The set-up was put off, at a moment when that was allowed. */
  deferred?: boolean | undefined;
  owner?: Subject | undefined;
}

/**
 * An independent account of who proved what (R1). It knows the passwords, secrets and codes themselves and judges every
 * input by them; it never asks the server what a flow knows. Whatever the server accepts must be right by this ledger,
 * and every session must be paid for.
 */
export class Ledger {
  readonly subjects: Subject[];
  private readonly flows = new Map<string, FlowRecord>();
  private readonly sessions = new Map<string, Subject>();
  /** Device cookies, with who is remembered by them and until when. */
  private readonly devices = new Map<string, Map<Subject, number>>();
  private readonly links = new Map<string, Link>();
  issued = 0;

  constructor(subjects: Subject[]) {
    this.subjects = subjects;
  }

  /** A link was mailed: older ones for the same thing are worth nothing any more. */
  mailed(token: string, link: Link): void {
    for (const [old, { owner, kind }] of this.links) {
      if (owner === link.owner && kind === link.kind) this.links.delete(old);
    }
    this.links.set(token, link);
  }

  /** A flow began with a link: of its kind, in its time, unused (R12, R31). */
  open(kind: FlowRecord['kind'], flowId: string, token: string, now: number): void {
    const link = this.links.get(token);
    assert.ok(link && link.kind === kind, 'a link was taken that is used, voided or for something else');
    assert.ok(link.from <= now && now < link.until, 'a link was taken out of its time');
    this.flows.set(flowId, { kind: link.kind, owner: link.owner, link: token });
  }

  begin(kind: FlowRecord['kind'], flowId: string, session: string | undefined): void {
    if (kind === 'recover') {
      this.flows.set(flowId, { kind });
      return;
    }
    const owner = session === undefined ? undefined : this.sessions.get(session);
    assert.ok(kind === 'login' || owner, 'a flow of a session begins with one');
    this.flows.set(flowId, { kind, ...(kind === 'login' ? {} : { owner }) });
  }

  /** Enters what the server accepted, one input after the other, and judges it. */
  enter(outcome: Outcome, inputs: readonly Input[], given: Given & { flowId: string }): void {
    const flow = this.flowOf(given.flowId);
    for (const input of inputs.slice(0, outcome.refusal?.input ?? inputs.length)) this.judge(flow, input, given);
    const { step } = outcome.flow;
    if (step.type === 'enroll-totp') flow.shown = decodeSecret(step.secret);
    if (step.type === 'recovery-codes') flow.codes = step.codes;
  }

  /** A session came out: was it paid for? */
  pay(outcome: Outcome, session: SessionRow, given: Given & { flowId: string }): void {
    const flow = this.flowOf(given.flowId);
    const owner = this.ownerOf(flow);
    assert.equal(session.account_id, owner.person.id, 'the session is the one of who proved herself');
    assert.equal(session.organisation_id, owner.person.organisation);
    const fresh = flow.factor !== undefined || flow.enrolled === true;
    if (flow.desk) assert.ok(flow.enrolled, 'a help-desk code let somebody in without a new authenticator');
    assert.ok(flow.link === undefined && flow.kind !== 'recover', 'a mailed link made a session (D9)');
    if (flow.kind === 'login') {
      assert.ok(flow.password === owner, 'no session without a password');
      assert.ok(
        fresh || flow.remembered === true || flow.deferred === true,
        'no session without a factor, or a set-up that may wait (R10)',
      );
      assert.equal(session.acr, fresh ? 'aal2' : 'aal1');
      assert.equal(session.recovery, flow.factor === 'recovery-code' ? 1 : 0);
    } else {
      assert.ok(given.came !== undefined && this.sessions.get(given.came) === owner, 'it grew out of a session');
      this.sessions.delete(given.came);
      if (owner.authenticators.length > 0) assert.ok(fresh, 'a factor of this very flow');
      if (flow.kind === 'enroll') assert.ok(flow.enrolled, 'something was set up');
      if (flow.kind === 'recovery-codes') assert.ok(flow.kept, 'new codes were made and kept');
      if (flow.kind === 'change-password') assert.ok(flow.changed, 'a new password was chosen');
      if (flow.kind === 'disable') this.turnOff(flow, owner, given);
    }
    this.sessions.set(outcome.issued?.session?.token ?? '', owner);
    this.flows.delete(given.flowId);
    this.remember(outcome, flow, owner, given);
    this.issued += 1;
  }

  private remember(
    outcome: Outcome,
    flow: FlowRecord,
    owner: Subject,
    { now, device }: { now: number; device: string | undefined },
  ): void {
    const entries = new Map(device === undefined ? [] : this.devices.get(device));
    if (flow.ticked && flow.factor === 'totp') entries.set(owner, now + 12 * HOUR);
    this.devices.set(outcome.issued?.device?.token ?? device ?? '', entries);
  }

  private judge(flow: FlowRecord, input: Input, given: Given): void {
    switch (input.action) {
      case 'back':
        this.goBack(flow, input.to);
        return;
      case 'later':
        this.defer(flow, given.now);
        return;
      case 'accept':
        return;
      case 'unlock':
        if (flow.kind === 'unlock') this.useLink(flow, given.now);
        return;
      case 'switch':
      case 'extend':
      case 'poll':
        return;
      default:
        this.prove(flow, input, given);
    }
  }

  /** R10: before the deadline alone, and by nobody who has a factor. */
  private defer(flow: FlowRecord, now: number): void {
    const owner = this.ownerOf(flow);
    // After a reset nothing is put off: the phone is the same.
    if (flow.kind === 'reset') return;
    assert.ok(flow.kind === 'login' || flow.kind === 'activate', 'only a login can do without');
    assert.ok(now < owner.mandatoryFrom, 'a set-up was put off after the deadline');
    assert.equal(owner.authenticators.length, 0, 'a set-up was put off by somebody with a factor');
    flow.deferred = true;
  }

  private goBack(flow: FlowRecord, to: string): void {
    if (to === 'choose-method' || to.startsWith('enroll-')) return;
    const { kind, shown, organisation, name } = flow;
    if (kind === 'recover') return;
    assert.equal(kind, 'login', 'a flow of a session never changes its person');
    for (const key of Object.keys(flow) as (keyof FlowRecord)[]) delete flow[key];
    Object.assign(flow, { kind, ...(shown ? { shown } : {}) });
    if (to !== 'organisation') flow.organisation = organisation;
    if (to === 'password') flow.name = name;
  }

  private prove(flow: FlowRecord, input: AnswerOf<StepType>, { now, device, came }: Given): void {
    switch (input.step) {
      case 'organisation':
        flow.organisation = input.organisation;
        return;
      case 'username':
        flow.name = input.username;
        return;
      case 'password': {
        const named = this.subjects.find(
          ({ person }) => person.organisation === flow.organisation && person.username === flow.name?.toLowerCase(),
        );
        assert.ok(named && input.password === named.person.password, 'a password was taken that is not the one');
        flow.password = named;
        flow.owner = named;
        flow.remembered = named.authenticators.length > 0 && this.isRemembered(named, device, now);
        return;
      }
      case 'confirm-password':
        assert.equal(input.password, this.ownerOf(flow).person.password);
        flow.confirmed = true;
        return;
      case 'totp':
        this.spend(this.ownerOf(flow), input.code, now);
        flow.factor = 'totp';
        flow.ticked = input.remember === true && flow.kind === 'login';
        return;
      case 'recovery-code': {
        const owner = this.ownerOf(flow);
        if (!owner.codes.delete(input.code)) {
          const { code, until } = owner.desk ?? {};
          assert.ok(code === input.code && now < (until ?? 0), 'a recovery code was taken that is not good');
          owner.desk = undefined;
          flow.desk = true;
        }
        flow.factor = 'recovery-code';
        this.revoke(owner, flow);
        return;
      }
      case 'new-password':
        this.change(flow, input.password, { now, came });
        return;
      case 'recovery-codes':
        this.keep(flow);
        return;
      case 'enroll-totp':
        this.enroll(flow, input.code, now);
    }
  }

  private useLink(flow: FlowRecord, now: number): void {
    const link = this.links.get(flow.link ?? '');
    assert.ok(link && link.owner === flow.owner, 'a link was used that is used, voided or another’s');
    // A flow survives a clock that is set back a little after it began.
    assert.ok(link.from - MINUTE <= now && now < link.until, 'a link was used out of its time');
    this.links.delete(flow.link ?? '');
  }

  /** The new codes are good from now on, those before them no more. */
  private keep(flow: FlowRecord): void {
    const owner = this.ownerOf(flow);
    if (flow.kind === 'recovery-codes') this.needsFactor(flow, owner);
    owner.codes = new Set(flow.codes);
    flow.kept = true;
  }

  /** P9: by password and factor of this very flow, only where it may be, and all that rested on the factors ends. */
  private turnOff(flow: FlowRecord, owner: Subject, { now, came }: Given): void {
    assert.ok(flow.confirmed, 'it was turned off without a password');
    assert.ok(owner.authenticators.length > 0 && now < owner.mandatoryFrom, 'it was turned off where it must be on');
    this.needsFactor(flow, owner);
    owner.authenticators = [];
    owner.codes = new Set();
    this.endSessions(owner, came);
    this.revoke(owner, flow);
  }

  /** R9: who has an authenticator shows it, or a code of the own paper; what the help desk gave is for a set-up alone. */
  private needsFactor(flow: FlowRecord, owner: Subject): void {
    if (owner.authenticators.length > 0) assert.ok(flow.factor && !flow.desk, 'it was changed without a factor (R9)');
  }

  private endSessions(owner: Subject, except: string | undefined): void {
    for (const [token, subject] of this.sessions)
      if (subject === owner && token !== except) this.sessions.delete(token);
  }

  /** A new password: by a link, or by the old one and the factor; with it ends all that the old one opened (R31, R34). */
  private change(flow: FlowRecord, password: string, { now, came }: Pick<Given, 'now' | 'came'>): void {
    const owner = this.ownerOf(flow);
    const isOwn = flow.kind === 'change-password';
    assert.ok(
      isOwn || flow.kind === 'reset' || flow.kind === 'activate',
      'a password was changed without a link for that',
    );
    if (isOwn) {
      assert.ok(flow.confirmed, 'a password was changed without the old one');
      this.needsFactor(flow, owner);
    }
    assert.notEqual(password, owner.person.password, 'the password that was is kept against the policy');
    assert.ok(password.length >= 15, 'a short password was taken');
    if (!isOwn) this.useLink(flow, now);
    flow.changed = true;
    owner.person.password = password;
    for (const [token, link] of this.links) if (link.owner === owner) this.links.delete(token);
    this.endSessions(owner, isOwn ? came : undefined);
    this.revoke(owner, flow);
  }

  /** RFC 6238 by the letter: of T or T−1, and later than all that was accepted before. */
  private spend(owner: Subject, code: string, now: number): void {
    const right = owner.authenticators.flatMap((authenticator) =>
      [stepOf(now), stepOf(now) - 1]
        .filter((step) => step > authenticator.lastStep && totpCode(authenticator.secret, step) === code)
        .map((step) => ({ authenticator, step })),
    );
    const [found] = right;
    assert.ok(found, 'a code was taken that is wrong, old, early or used');
    found.authenticator.lastStep = found.step;
  }

  private enroll(flow: FlowRecord, code: string, now: number): void {
    const owner = this.ownerOf(flow);
    const { shown } = flow;
    assert.ok(shown, 'nothing was shown to set up');
    if (owner.authenticators.length > 0) assert.ok(flow.factor, 'a factor was added without the one before it (R9)');
    const step = [stepOf(now), stepOf(now) - 1].find((each) => totpCode(shown, each) === code);
    assert.ok(step !== undefined, 'a wrong code confirmed a set-up');
    if (owner.oneAuthenticator || flow.desk) owner.authenticators = [];
    if (flow.desk) owner.codes = new Set();
    owner.authenticators.push({ secret: shown, lastStep: step });
    flow.enrolled = true;
    this.revoke(owner, flow);
  }

  /** R34, R39: nothing that was proven before stands any more. */
  private revoke(owner: Subject, keep: FlowRecord): void {
    for (const entries of this.devices.values()) entries.delete(owner);
    for (const [id, flow] of this.flows) if (flow !== keep && flow.owner === owner) this.flows.delete(id);
  }

  private isRemembered(owner: Subject, device: string | undefined, now: number): boolean {
    const until = device === undefined ? undefined : this.devices.get(device)?.get(owner);
    return until !== undefined && now < until;
  }

  private flowOf(flowId: string): FlowRecord {
    const flow = this.flows.get(flowId);
    assert.ok(flow, 'a flow went on that has ended or never was');
    return flow;
  }

  private ownerOf(flow: FlowRecord): Subject {
    assert.ok(flow.owner, 'a flow knows a person that nobody proved to be');
    return flow.owner;
  }
}
