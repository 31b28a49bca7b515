import type {
  Flow,
  FlowClient,
  FlowState,
  Inputs,
  Kept,
  Kind,
  OrganisationChoice,
  ShownState,
  Step,
} from '@tweestap/client';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { Key, Values } from '../locales/messages.ts';
import type { ElementPart, Texts } from './element-part.ts';
import type { MfaEventMap } from './events.ts';
import type { Failure } from './failure.ts';
import type { Light } from './light.ts';
import type { Screen } from './screen.ts';

/** What a new flow is for, and the token of the mailed link that it begins with. */
export interface Restart {
  readonly kind: Kind;
  readonly link?: string | undefined;
}

/** What every screen shows besides its own content: above it the way back, the user and notices, below it the organisation's help. */
export interface CommonContent {
  readonly top: TemplateResult;
  readonly help: TemplateResult;
}

/** What the page has set on the element. */
export interface ElementOptions {
  readonly api: string;
  readonly organisation: string | null;
  readonly returnTo: string | null;
  readonly resume: boolean;
  readonly client: FlowClient | undefined;
  readonly messages: Texts | undefined;
}

/** The element as its own code sees it: a custom element with Lit's life cycle and the options that the page has set. */
export type HostElement = HTMLElement & ReactiveControllerHost & ElementOptions;

/** What a step view and a control get of the element that they are part of. No page can reach it. */
export interface Host {
  readonly element: HostElement;
  /** The nodes in the page's own tree: what password managers fill. */
  readonly light: Light;
  readonly state: FlowState<Failure>;
  /** What the user sees: `state`, or while the server is asked the state before. */
  readonly shown: ShownState<Failure>;
  /** The flow whose step is shown, or undefined when there is none. */
  readonly flow: Flow | undefined;
  /** The names that the user has entered; a new flow begins with them. */
  readonly kept: Kept;
  /** BCP 47 tag of the texts that are shown. */
  readonly language: string;
  /** A text of the catalogue, with its `{places}` filled in. */
  text(key: Key, values?: Values): string;
  /** One control of a kind, made at its first use. */
  use<T>(control: new (host: Host) => T): T;
  /** The name of the field that is wrong. */
  readonly wrong: string | undefined;
  /** What every screen shows besides its own content, once there is a flow. */
  readonly commonContent: CommonContent | undefined;
  /** Answers the step, or starts a flow with these inputs. */
  send(inputs: Inputs): void;
  /** Reports what is missing before anything is sent; an empty text takes it back. */
  complain(field: string, text: string): undefined;
  /** Organisations whose name matches. Rejects with an `MfaProblem`. */
  organisations(query: string): Promise<readonly OrganisationChoice[]>;
  /** Gives the flow up, and reports it to the page. */
  cancel(): Promise<void>;
  /** Starts again with the names that were entered, or with `to` a flow of another kind, or one from a mailed link. */
  restart(to?: Restart): void;
  /** Goes on to the page after the login, when the user is asked to. */
  readonly goOn: (() => void) | undefined;
}

/** The view of any step. */
export type AnyView = (step: Step, host: Host) => Screen;

/** What `FlowBinding` gets of the element: it reports to it where the controller is. */
export interface FlowHost extends Host {
  /** What this element adds to what all elements have in common. */
  readonly part: ElementPart;
  /** Shows that the server is asked. */
  busy(): void;
  /** Shows where the flow is. */
  show(state: ShownState<Failure>, flow?: Flow): void;
  /** Takes the view of a step, to be drawn from now on. */
  learn(type: string, view: AnyView): void;
  /** Sends an event to the page. Returns whether its default is to happen. */
  emit<T extends keyof MfaEventMap>(type: T, detail?: MfaEventMap[T]['detail']): boolean;
}
