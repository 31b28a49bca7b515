import type { Flow, FlowClient, Inputs, Kept, Kind, OrganisationChoice, Step } from '@tweestap/client';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { Key, Values } from '../locales/messages.ts';
import type { Light } from './light.ts';
import type { Screen } from './screen.ts';
import type { Failure, Shown, State } from './state.ts';

/** What a new flow is for, and the token of the mailed link that it begins with. */
export interface Restart {
  readonly kind: Kind;
  readonly link?: string | undefined;
}

/** What every screen shows besides its own: the way back and who it is about, news, the organisation's help. */
export interface Around {
  readonly top: TemplateResult;
  readonly help: TemplateResult;
}

/** What a step view and a control see of the element that they are part of. */
export interface Host extends ReactiveControllerHost, HTMLElement {
  /** The nodes in the page's own tree: what password managers fill. */
  readonly light: Light;
  readonly state: State;
  readonly shown: Shown;
  readonly flow: Flow | undefined;
  /** What the person has told so far. */
  readonly kept: Kept;
  /** BCP 47 tag of the texts that are shown. */
  readonly language: string;
  /** The organisation that the page has set. */
  readonly organisation: string | null;
  /** A text of the catalogue, with its `{places}` filled in. */
  text(key: Key, values?: Values): string;
  /** One control of a kind, made at its first use. */
  use<T>(control: new (host: Host) => T): T;
  /** The name of the field that is wrong. */
  readonly wrong: string | undefined;
  /** What stands around the step once there is a flow. */
  readonly around: Around | undefined;
  /** Answers the step. */
  send(inputs: Inputs): void;
  /** Says what is missing before anything is sent; an empty text takes it back. */
  complain(field: string, text: string): undefined;
  /** Organisations whose name matches. Rejects with an `MfaProblem`. */
  organisations(query: string): Promise<readonly OrganisationChoice[]>;
  /** Gives the attempt up, and says so to the page. */
  cancel(): Promise<void>;
  /** Starts again with the names that were entered, or with `to` a flow of another kind, or one from a mailed link. */
  restart(to?: Restart): void;
  /** Goes on to the page after the login, when the user is asked to. */
  readonly goOn: (() => void) | undefined;
}

/** The view of any step. */
export type AnyView = (step: Step, host: Stage) => Screen;

export type { FlowClient, Inputs };

/** What the flow's half, which is fetched later, sees of the element. */
export interface Stage extends Host {
  kind: Kind;
  /** Takes over where a mailed link is of no use any more. */
  spent?(problem: Failure): void;
  readonly api: string;
  readonly returnTo: string | null;
  readonly client: FlowClient | undefined;
  /** Shows where the flow stands, and takes the person there. */
  show(state: Shown, flow?: Flow): void;
  busy(): void;
  /** Takes the view of a step, to be drawn from now on. */
  learn(type: string, view: AnyView): void;
}
