import type {
  Flow,
  FlowClient,
  FlowState,
  Inputs,
  Kept,
  Kind,
  MfaProblem,
  OrganisationChoice,
  ShownState,
  Step,
  SuccessDetail,
} from '@tweestap/client';
import type { StepOf, StepType } from '@tweestap/protocol';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { Key, Language, Text, Values } from '../locales/messages.ts';
import type { Light } from './light.ts';

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

/** Makes the inputs of what was typed, or reports what is missing and returns undefined. */
export type Collect = (values: Readonly<Record<string, string>>) => Inputs | undefined;

/** The parts of a screen that a view decides. Every screen draws them in the same order. */
export interface Screen {
  /** The type of the step, in the names of the page's slots. */
  name: string;
  heading: string;
  description?: unknown;
  fields?: unknown;
  /** The words of the one primary button. */
  primary?: string | undefined;
  /** Answers the step when the form is submitted. */
  submit?: Collect;
  /** What the primary button does where there is nothing to submit. */
  onPrimary?: () => void;
  /** Links and other buttons under the primary button. */
  links?: unknown;
}

/** Texts by their keys. */
export type Texts = Readonly<Record<string, Text>>;

/** What one element adds to what all elements have in common. */
export interface ElementPart {
  /** What the present flow is for, or the next one. */
  kind: Kind;
  /** Called once, when the first screen has been drawn. */
  begin(): void;
  /** The screen of the step, or the one before the first answer; undefined to draw `page` instead. */
  screen(): Screen | undefined;
  /** What is drawn where there is no screen. */
  page?(): TemplateResult | undefined;
  /** Fetches texts that only this element has. */
  texts?(language: Language): Promise<Texts>;
  /** Takes over at the end of a flow; without it the step `done` is shown. */
  finished?(flow: Flow): void;
  /** Called when the flow was given up. */
  cancelled?(): void;
  /** Takes over when a mailed link is expired or unknown; without it a new flow is started. */
  linkSpent?(problem: Failure): void;
}

/** Why a call broke: a problem of the client, or that a file of the element could not be fetched. */
export type Failure = MfaProblem | (Error & { readonly code: 'network' });

/** What `mfa-step` carries. */
export interface StepDetail {
  /** The step's word, `totp` for example; of a newer server it may be one that is not in `StepType`. */
  readonly type: string;
  /** The heading that the user sees: the page's title can follow it. */
  readonly heading: string;
}

/** What `mfa-error` carries. */
export interface ErrorDetail {
  /** Why an input was refused or a call failed, with its `code`. */
  readonly problem: Failure;
}

/** The events of the elements, by name. All of them bubble and are composed. */
export interface MfaEventMap {
  /** A step is shown. */
  'mfa-step': CustomEvent<StepDetail>;
  /** The flow is done. Cancelable: the default goes on to the address that the server allowed, or to `return-to`. */
  'mfa-success': CustomEvent<SuccessDetail>;
  /** An input was refused, or a call failed. */
  'mfa-error': CustomEvent<ErrorDetail>;
  /** The user has postponed a set-up and is logged in without it. */
  'mfa-later': CustomEvent<null>;
  /** The user, or the page by `cancel()`, has given the flow up. */
  'mfa-cancel': CustomEvent<null>;
}

declare global {
  interface HTMLElementEventMap extends MfaEventMap {}
  /** They reach the document, since they bubble and are composed. */
  interface DocumentEventMap extends MfaEventMap {}
}

/** Describes the screen of a step. It gets its inputs from the host and submits through it. It contains no rule, no network call and no timer but for display. */
export type View<T extends StepType> = (step: StepOf<T>, host: Host) => Screen;

/** A view that comes with the element and is shown before the server has given its step. */
export type FirstView<T extends StepType> = (step: StepOf<T> | undefined, host: Host) => Screen;

/** Where a view is: here already, or in a file that is fetched when it is needed. */
export type Source<T extends StepType> = FirstView<T> | { load: () => Promise<View<T>> };
