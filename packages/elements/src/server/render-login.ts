import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import { en } from '../locales/en.ts';
import type { Language, Messages } from '../locales/messages.ts';
import { nl } from '../locales/nl.ts';
import { classic } from '../mfa-login/classic.ts';
import { LoginPart } from '../mfa-login/mfa-login.ts';
import { base } from '../styles/base.ts';
import { later } from '../styles/later.ts';
import { lightNodes } from '../view/light-nodes.ts';
import { attributesHtml, toHtml } from './to-html.ts';

/** What the server's HTML of `<mfa-login>` is made of. The attributes of the tag follow from it. */
export interface LoginOptions {
  /** Language of the texts: `en` or `nl`. It must be the language of the page, or of the element. */
  readonly lang: Language;
  /** Id of the organisation. If it is set, the user does not choose one. Default none. */
  readonly organisation?: string | undefined;
  /** `stepped`: one question on each screen. `classic`: all fields of the first screen at once. Default `stepped`. */
  readonly layout?: 'stepped' | 'classic' | undefined;
  /** Mount path or absolute URL of the API. Default `/mfa/v1`. */
  readonly api?: string | undefined;
  /** Address to continue at after the flow. Default none. */
  readonly returnTo?: string | undefined;
  /** Whether the element resumes a flow that a reload interrupted. Default false. */
  readonly resume?: boolean | undefined;
  /** Whether the first field gets the focus. Default false. */
  readonly autofocus?: boolean | undefined;
  /** Texts of the page that replace the element's own texts. The page must set the property `messages` to the same texts. */
  readonly messages?: Partial<Messages> | undefined;
  /** Address of `mfa-login.css`. It and `nonce` decide how the styles get into the page. Default a `<style>` element. */
  readonly stylesheet?: string | undefined;
  /** The nonce of the page's Content-Security-Policy for the `<style>` element. Default none. */
  readonly nonce?: string | undefined;
}

/** The styles of the first screen: the content of `mfa-login.css`. */
export const loginStyles: string = `${base.cssText}\n${later.cssText}`;

const catalogues = { en, nl } as const;

/** `<mfa-login>` as a server has it: the same element, of which only the first screen is rendered. */
class ServerLogin extends FlowElement {
  readonly view: ViewHost;

  constructor({ lang, layout, organisation, autofocus, messages }: LoginOptions) {
    let view!: ViewHost;
    super((host) => {
      view = host;
      return new LoginPart(
        host,
        () => layout === 'classic',
        () => null,
        classic,
      );
    });
    this.view = view;
    this.view.language = lang;
    this.view.texts = catalogues[lang];
    this.organisation = organisation ?? null;
    this.autofocus = autofocus ?? false;
    this.messages = messages;
  }
}

// Some frameworks run the code of a page in the browser too, where only a defined element can be made.
define('mfa-login-on-server', ServerLogin);

const styleOf = ({ stylesheet, nonce }: LoginOptions): string =>
  stylesheet
    ? `<link${attributesHtml({ rel: 'stylesheet', href: stylesheet })}>`
    : `<style${attributesHtml({ nonce })}>${loginStyles}</style>`;

/**
 * Returns the content of `<mfa-login>`: its shadow tree with the first screen, and its form with the inputs. A framework that
 * renders the tag itself puts it there.
 * @throws TypeError if `lang` is not a language of the element
 */
export const renderLoginContent = (options: LoginOptions): string => {
  if (!Object.hasOwn(catalogues, options.lang))
    throw new TypeError(`lang must be one of ${Object.keys(catalogues).join(', ')}, got "${options.lang}"`);
  const { view } = new ServerLogin(options);
  const shadow = toHtml(view.render());
  const nodes = lightNodes('mfa-0', view.light.specs, options.autofocus ?? false).map(({ key, tag, attributes }) => {
    // Without the script a submission would send what was typed to the page's own address.
    const fixed = key === 'submit' ? { ...attributes, disabled: '' } : attributes;
    const { value } = view.light.specs.find(({ name }) => name === key) ?? {};
    return `<${tag} data-mfa="${key}"${attributesHtml({ ...fixed, value })}>${tag === 'input' ? '' : `</${tag}>`}`;
  });
  return `<template shadowrootmode="open">${styleOf(options)}${shadow}</template>${nodes.join('')}`;
};

/**
 * Renders `<mfa-login>` with its first screen as HTML, so that users can type before any script is loaded. The element takes
 * the HTML over and keeps what was typed.
 * @param children HTML of the page for the slots of the element, which is not escaped. Default none
 * @throws TypeError if `lang` is not a language of the element
 */
export const renderLogin = (options: LoginOptions, children = ''): string => {
  const { lang, organisation, layout, api, returnTo, resume, autofocus } = options;
  const attributes = {
    lang,
    api,
    organisation,
    layout,
    'return-to': returnTo,
    resume: resume ? '' : undefined,
    autofocus: autofocus ? '' : undefined,
  };
  return `<mfa-login${attributesHtml(attributes)}>${renderLoginContent(options)}${children}</mfa-login>`;
};
