import { expect } from '@open-wc/testing';
import '../mfa-login/mfa-login.ts';
import '../mfa-settings/mfa-settings.ts';
import type { FlowElement } from '../element/flow-element.ts';
import { container, hasFlowCode, login, named, submit } from '../testing/login.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';

const { warn } = console;
const { fetch } = globalThis;
let said: string[] = [];
beforeEach(() => {
  said = [];
  console.warn = (text: string) => said.push(text);
});
afterEach(() => {
  console.warn = warn;
  globalThis.fetch = fetch;
});

/** Shows an element with its own client, whose requests get this response. */
const withResponse = async (
  response: () => Promise<Response> | Response,
  attributes: Record<string, string>,
  tag = 'mfa-login',
): Promise<FlowElement> => {
  globalThis.fetch = async () => response();
  const element = document.createElement(tag) as FlowElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  container.append(element);
  await until(() => hasFlowCode(element));
  return element;
};

const linde = { organisation: 'de-linde' };

describe('the console names the setting that is wrong', () => {
  for (const address of ['https://elsewhere.example/', 'javascript:alert(1)', 'http://[']) {
    it(`return-to="${address}", which the server does not allow`, async () => {
      const { element, calls } = await login(
        { responses: [given.totp, given.done] },
        { ...linde, 'return-to': address },
      );
      await named(element);
      type(element, 'code', '123456');
      await settled(element);
      await until(() => said.length > 0);
      expect(said).to.have.length(1);
      expect(said[0]).to.contain(`<mfa-login>: return-to="${address}" was refused`).and.to.contain('returnTo');
      expect('returnTo' in (calls[0]?.body ?? {})).to.equal(address.startsWith('https:'));
    });
  }

  it('says nothing without return-to', async () => {
    const { element } = await login({ responses: [given.totp, given.done] });
    await named(element);
    type(element, 'code', '123456');
    await settled(element);
    expect(said).to.deep.equal([]);
  });

  it('an unknown key of messages, once, and no known one', async () => {
    const { element } = await login({ responses: [given.password] });
    element.messages = { 'username.name': 'x', 'username.label': 'Staff number', 'totp.heading': 'y' } as object;
    await until(() => hasFlowCode(element) && said.length > 0);
    await named(element);
    expect(said).to.deep.equal(['<mfa-login>: messages has unknown keys: "username.name".']);
  });

  it('an unknown key of the settings, which have more texts', async () => {
    const element = document.createElement('mfa-settings');
    element.messages = { 'settings.heading': 'Security', 'settings.title': 'x' } as object;
    globalThis.fetch = () => new Promise(() => {});
    container.append(element);
    await until(() => said.length > 0);
    expect(said).to.deep.equal(['<mfa-settings>: messages has unknown keys: "settings.title".']);
  });

  it('api that is not the address of the server, once', async () => {
    const element = await withResponse(() => new Response('<h1>Not found</h1>', { status: 404 }), {
      ...linde,
      api: '/nope',
    });
    await named(element);
    await submit(element);
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('api="/nope"').and.to.contain('status 404').and.to.contain('forward');
  });

  it('api at the search of an organisation, and the user is not told to check the connection', async () => {
    const element = await withResponse(() => new Response('<h1>Home</h1>'), { api: '/nope' });
    type(element, 'organisation', 'De');
    await until(() => said.length > 0);
    expect(said[0]).to.contain('api="/nope"').and.to.contain('status 200');
    await until(() => element.querySelector('[role=alert]')?.textContent);
    expect(element.querySelector('[role=alert]')?.textContent).not.to.contain('connection');
  });

  it('api on another origin whose calls are blocked', async () => {
    const element = await withResponse(() => Promise.reject(new TypeError('blocked')), {
      ...linde,
      api: 'https://login.example/mfa/v1',
    });
    await named(element);
    await until(() => said.length > 0, 5_000);
    expect(said).to.have.length(1);
    expect(said[0])
      .to.contain('https://login.example/mfa/v1')
      .and.to.contain(location.origin)
      .and.to.contain('portals');
    expect(element.querySelector('[role=alert]')?.textContent ?? element.shadowRoot?.textContent)
      .to.contain('login service')
      .and.not.to.contain('internet connection');
  });

  it('a portal on another origin without a nonce', async () => {
    const problem = { type: 'urn:x', title: 'x', status: 403, code: 'not-allowed', correlationId: 'c' };
    const element = await withResponse(() => Response.json(problem, { status: 403 }), {
      ...linde,
      api: 'https://login.example/mfa/v1',
    });
    await named(element);
    await until(() => said.length > 0);
    expect(said[0]).to.contain('assertion-nonce');
  });

  it('a server that refuses the origin of the page', async () => {
    const problem = { type: 'urn:x', title: 'x', status: 403, code: 'cross-site', correlationId: 'c' };
    const element = await withResponse(() => Response.json(problem, { status: 403 }), linde);
    await named(element);
    await until(() => said.length > 0);
    expect(said[0]).to.contain(location.origin).and.to.contain('baseUrl');
  });

  it('an organisation of the attribute that the server does not have', async () => {
    const refused = { refuse: { code: 'unknown-organisation', input: 0 }, step: given.organisation } as const;
    const { element } = await login({ responses: [refused] }, { organisation: 'no-such' });
    await named(element);
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('organisation="no-such"');
  });

  it('a call that the server can’t read, for example with a nonce that is too short', async () => {
    const issues = [{ path: '/nonce', expected: 'at least 16 characters' }];
    const problem = { type: 'urn:x', title: 'x', status: 400, code: 'malformed', correlationId: 'c', issues };
    const attributes = { ...linde, 'assertion-nonce': 'short' };
    const element = await withResponse(() => Response.json(problem, { status: 400 }), attributes);
    await named(element);
    await until(() => said.length > 0);
    expect(said[0]).to.contain('/nonce: at least 16 characters').and.to.contain('assertion-nonce');
  });

  it('nothing about an element that was removed before its call was answered', async () => {
    let answer: ((response: Response) => void) | undefined;
    globalThis.fetch = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const element = document.createElement('mfa-settings');
    container.append(element);
    await until(() => answer);
    element.remove();
    const response = new Response('<h1>Not found</h1>', { status: 404 });
    answer?.(response);
    await until(() => response.bodyUsed);
    await until(() => element.state.name !== 'busy');
    expect(said).to.deep.equal([]);
  });

  it('a token of another system that the server refuses, with its reason', async () => {
    const detail = 'Its aud must be "https://portal.example/mfa/v1".';
    const problem = { type: 'urn:x', title: 'x', status: 403, code: 'bad-hand-over', correlationId: 'c', detail };
    await withResponse(() => Response.json(problem, { status: 403 }), { ...linde, 'hand-over': 'e30.e30.e30' });
    await until(() => said.length > 0);
    expect(said[0]).to.contain('hand-over').and.to.contain(detail);
  });
});
