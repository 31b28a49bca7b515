import type {
  Flow,
  FlowClient,
  FlowState,
  Inputs,
  Kept,
  Kind,
  MfaProblem,
  OrganisationChoice,
  PasskeyOptions,
  RestartOptions,
  ShownState,
  Step,
  SuccessDetail,
} from '@tweestap/client';
import type { StepOf, StepType } from '@tweestap/protocol';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import type { Key, Language, Text, Values } from '../locales/messages.ts';
import type { Light } from './light.ts';

/** The content that all screens of a flow have in common. */
export interface CommonContent {
  /** The link to the previous step, the identity of the user, and notices. */
  readonly top: TemplateResult;
  /** The organisation's help, shown below the screen's own content. */
  readonly help: TemplateResult;
}

/** The options that the page has set on the element. */
export interface ElementOptions {
  /** Mount path or absolute URL of the API. */
  readonly api: string;
  /** Id of the organisation; null if the user chooses one. */
  readonly organisation: string | null;
  /** Address to continue at after the flow. */
  readonly returnTo: string | null;
  /** The nonce with which a login ends in an assertion. Only some elements have it. */
  readonly assertionNonce?: string | null;
  /** The token of another system, with which the login begins. Only some elements have it. */
  readonly handOver?: string | null;
  /** Whether the element resumes a flow that a reload interrupted. */
  readonly resume: boolean;
  /** The page's own client. */
  readonly client: FlowClient | undefined;
  /** Texts of the page that replace the element's own texts. */
  readonly messages: Texts | undefined;
}

/** The element as its own code sees it: a custom element with Lit's life cycle and the options that the page has set. */
export type HostElement = HTMLElement & ReactiveControllerHost & ElementOptions;

/** The element as step views and controls see it. The page can't access it. */
export interface Host {
  /** The custom element. */
  readonly element: HostElement;
  /** The nodes in the page's own tree, which password managers fill. */
  readonly light: Light;
  /** The state of the flow. */
  readonly state: FlowState<Failure>;
  /** The state to render: `state`, or the previous state while a request is running. */
  readonly shown: ShownState<Failure>;
  /** The current flow, or undefined if there is none. */
  readonly flow: Flow | undefined;
  /** The names that the user entered. A new flow starts with them. */
  readonly kept: Kept;
  /** BCP 47 tag of the texts that are shown. */
  readonly language: string;
  /** Returns a text of the catalogue, with its `{places}` filled in. */
  text(key: Key, values?: Values): string;
  /** Returns the element's only instance of a control, which is made at the first call. */
  use<T>(control: new (host: Host) => T): T;
  /** Whether the browser has passkeys. False until the flow's code is loaded. */
  readonly hasPasskeys: boolean;
  /** Whether the browser asks the user for a passkey now. */
  readonly asking: boolean;
  /** Whether the flow has offered several methods to enroll. */
  readonly hasChoice: boolean;
  /** Performs the passkey's ceremony of the current step and submits the result. */
  passkey(options?: PasskeyOptions): void;
  /** The field, or the type of the step, whose input is wrong. `passkey` if a passkey was not accepted; `wait` if an early code will be sent again; undefined if nothing is wrong. */
  readonly wrong: string | undefined;
  /** The content that all screens have in common; undefined until the flow's code is loaded. */
  readonly commonContent: CommonContent | undefined;
  /** Submits the inputs to the open flow, or starts a flow with them. */
  send(inputs: Inputs): void;
  /** Shows an error at a field before anything is sent. An empty text removes it. */
  complain(field: string, text: string): undefined;
  /** Returns the organisations whose name matches. Rejects with an `MfaProblem`. */
  organisations(query: string): Promise<readonly OrganisationChoice[]>;
  /** Returns a text that says why a call has failed and what to do. */
  explain(problem: Failure): string;
  /** Cancels the flow and dispatches `mfa-cancel`. */
  cancel(): Promise<void>;
  /** Starts a new flow with the kept names. With `to` it starts a flow of another kind, or one that continues a mailed link. */
  restart(to?: RestartOptions): void;
  /** Goes to the address after the login, if the user must press a button for it. */
  readonly goOn: (() => void) | undefined;
}

/** The view of any step. */
export type AnyView = (step: Step, host: Host) => Screen;

/** The element as `FlowBinding` sees it, which reports the controller's state to it. */
export interface FlowHost extends Host {
  /** The behaviour of this element. */
  readonly part: ElementPart;
  /** The screen that is rendered now; undefined while the element shows a list. */
  readonly screen: Screen | undefined;
  /** Returns the screen to render in place of the element's own. Undefined if there is none. */
  instead: (() => Screen) | undefined;
  /** The texts that were fetched after the first screen, in the page's language. */
  readonly texts: Texts;
  /** Moves the focus to where a new screen has it. */
  focus(): void;
  /** Shows that a request is running. */
  busy(): void;
  /** Shows a state of the flow. */
  show(state: ShownState<Failure>, flow?: Flow): void;
  /** Registers the view of a step. */
  learn(type: string, view: AnyView): void;
  /** Dispatches an event to the page. Returns false if the page has prevented its default. */
  emit<T extends keyof MfaEventMap>(type: T, detail?: MfaEventMap[T]['detail']): boolean;
}

/** Makes the inputs from the typed values. If a value is missing, it reports that and returns undefined. */
export type Collect = (values: Readonly<Record<string, string>>) => Inputs | undefined;

/** The parts of a screen that a view decides. All screens render them in the same order. */
export interface Screen {
  /** The type of the step, which is part of the names of the page's slots. */
  name: string;
  /** The heading. */
  heading: string;
  /** Whether a new step focuses the heading and not the first field, because the user has to act above the field first. */
  startsAtHeading?: boolean;
  /** The text below the heading. */
  description?: unknown;
  /** The fields, and other content of the step. */
  fields?: unknown;
  /** The text of the primary button. Without it there is no primary button. */
  primary?: string | undefined;
  /** Makes the inputs when the form is submitted. */
  submit?: Collect;
  /** Called by the primary button instead of a submission. */
  onPrimary?: () => void;
  /** Whether the browser asks for the passkey that the primary button leads to. */
  isAsking?: boolean;
  /** Links and other buttons below the primary button. */
  links?: unknown;
}

/** Texts by their keys. */
export type Texts = Readonly<Record<string, Text>>;

/** The behaviour in which one element differs from the others. */
export interface ElementPart {
  /** Kind of the current flow, or of the next flow if there is none. */
  kind: Kind;
  /** The address of the portal's own login page, if the element continues a login that the portal's server began; otherwise null. */
  readonly portalLogin?: string | null;
  /** Loads what the first screen needs that is not in the element's own file. Asked if the server has rendered that screen. */
  ready?(): Promise<unknown> | undefined;
  /** Called once, after the first screen was rendered. */
  begin(): void;
  /** Returns the screen of the current step, or the first screen; undefined to render `page` instead. */
  screen(): Screen | undefined;
  /** Returns the content to render if there is no screen. */
  page?(): TemplateResult | undefined;
  /** Loads the texts that only this element has. */
  texts?(language: Language): Promise<Texts>;
  /** Called at the end of a flow. Without it the step `done` is shown. */
  finished?(flow: Flow): void;
  /** Called when a flow was cancelled. */
  cancelled?(): void;
  /** Called when a mailed link is expired or unknown. Without it a new flow is started. */
  linkSpent?(problem: Failure): void;
}

/** Why a call failed: a problem of the client, or a file of the element that could not be loaded. */
export type Failure = MfaProblem | (Error & { readonly code: 'network' });

/** The detail of `mfa-step`. */
export interface StepDetail {
  /** The type of the step, for example `totp`. A newer server may send a type that is not in `StepType`. */
  readonly type: string;
  /** The heading that the user sees. The page can use it as its title. */
  readonly heading: string;
}

/** The detail of `mfa-error`. */
export interface ErrorDetail {
  /** Why an input was refused or a call failed, with its `code`. */
  readonly problem: Failure;
}

/** The detail of `mfa-linked`. */
export interface LinkedDetail {
  /** Id of the organisation. */
  readonly organisation: string;
  /** The username in that organisation. */
  readonly username: string;
}

/** The detail of `mfa-request`. */
export interface RequestDetail {
  /** The host of the page at which the user logs in. */
  readonly portal: string;
}

/** The detail of `mfa-answer`. */
export interface AnswerDetail {
  /** What the user has answered. */
  readonly answer: 'approve' | 'deny';
}

/** The events of the elements, by name. All of them bubble and are composed. */
export interface MfaEventMap {
  /** A step is shown. */
  'mfa-step': CustomEvent<StepDetail>;
  /** The flow is done. Cancelable: by default the browser goes to the address that the server allowed, or to `return-to`. */
  'mfa-success': CustomEvent<SuccessDetail>;
  /** An input was refused, or a call failed. */
  'mfa-error': CustomEvent<ErrorDetail>;
  /** The user has deferred an enrolment and is logged in without it. */
  'mfa-later': CustomEvent<null>;
  /** The user has cancelled the flow, or the page has called `cancel()`. */
  'mfa-cancel': CustomEvent<null>;
  /** An account was linked to this phone. */
  'mfa-linked': CustomEvent<LinkedDetail>;
  /** A login waits for an answer and is shown on this phone. */
  'mfa-request': CustomEvent<RequestDetail>;
  /** The user has answered a login on this phone. */
  'mfa-answer': CustomEvent<AnswerDetail>;
}

declare global {
  interface HTMLElementEventMap extends MfaEventMap {}
  /** The events reach the document, because they bubble and are composed. */
  interface DocumentEventMap extends MfaEventMap {}
}

/** Describes the screen of a step. A view makes no decisions, sends no requests, and uses timers only for the display. */
export type View<T extends StepType> = (step: StepOf<T>, host: Host) => Screen;

/** A view that is part of the element's own file. It can be shown before the server has sent its step. */
export type FirstView<T extends StepType> = (step: StepOf<T> | undefined, host: Host) => Screen;

/** A view, or a function that loads its file. */
export type Source<T extends StepType> = View<T> | { load: () => Promise<View<T>> };
