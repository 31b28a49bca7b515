import { expect } from '@open-wc/testing';
import type { StepOf } from '@tweestap/client';
import { heading, login, press, shadow, submit } from '../testing/login.ts';
import type { ScriptedResponse } from '../testing/scripted-server.ts';
import { given } from '../testing/states/given.ts';
import { settled, type, until } from '../testing/states/scenario.ts';
import './mfa-login.ts';

/** The code step of a login that begins there: no step is before it. */
const { back: _, ...code } = { ...given.totp, actions: ['submit', 'switch', 'extend'] as StepOf<'totp'>['actions'] };
const gone: ScriptedResponse = { refuse: { code: 'no-such-flow', status: 404 } };
const ended: ScriptedResponse = { refuse: { code: 'flow-expired', status: 410 } };

/** Shows the second step of a portal whose own login page is `/log-in`. */
const secondStep = async (responses: ScriptedResponse[], more = {}) => {
  const made = await login({ responses, ...more }, { organisation: 'de-linde', 'second-step': '/log-in' });
  await until(() => made.calls.length > 0);
  await settled(made.element);
  return made;
};
const back = (element: Element) => shadow<HTMLAnchorElement>(element, 'a[part~=back]');

describe('the second step of a portal that checks the password itself', () => {
  it('is shown without a field for the username, and the login goes on', async () => {
    const { element, calls } = await secondStep([code, given.done]);
    expect(calls).to.deep.equal([{ method: 'POST', path: '/flows/begun', body: {} }]);
    expect(heading(element)).to.equal('Enter the code from your app');
    expect(back(element).pathname).to.equal('/log-in');
    type(element, 'code', '123456');
    await submit(element);
    expect(heading(element)).to.equal('You are logged in');
  });

  it('shows the heading of the login until the step is there', async () => {
    const { element } = await login({ responses: ['never'] }, { 'second-step': '/log-in' });
    await until(() => element.state.name === 'busy');
    await element.updateComplete;
    expect(heading(element)).to.equal('Log in');
    expect(element.querySelectorAll('input:not([hidden])').length).to.equal(0);
  });

  it('leads to the login page if nothing was begun in this browser, and asks the server once', async () => {
    const { element, calls } = await secondStep([gone]);
    expect(heading(element)).to.equal('Log in again');
    expect(shadow(element, '[part=description]').textContent).to.equal('There’s no login to continue in this browser.');
    expect(shadow(element, '[part~=primary]').textContent?.trim()).to.equal('Go to the login page');
    expect(calls).to.have.length(1);
  });

  it('starts no other login if the one of the portal is over', async () => {
    const { element, calls } = await secondStep([code, ended]);
    type(element, 'code', '123456');
    await submit(element);
    expect(heading(element)).to.equal('Log in again');
    expect(shadow(element, '[part=description]').textContent).to.match(/^You took too long/);
    expect(calls.map(({ path }) => path)).to.deep.equal(['/flows/begun', '/flows/flow']);
  });

  it('says that it is over when its time has passed', async () => {
    const { element, calls } = await secondStep([code], { lives: 0.3 });
    await until(() => heading(element) === 'Log in again');
    expect(calls).to.have.length(1);
  });

  it('offers to try again without a connection', async () => {
    const { element, calls } = await secondStep(['lost', code]);
    expect(element.state.name).to.equal('failed');
    await press(element, 'Try again');
    expect(heading(element)).to.equal('Enter the code from your app');
    expect(calls.every(({ path }) => path === '/flows/begun')).to.equal(true);
  });

  it('leads to no address that is not one of a page', async () => {
    const script = { responses: [code] };
    const { element } = await login(script, { 'second-step': 'javascript:alert(1)' });
    await until(() => heading(element) === 'Enter the code from your app');
    expect(back(element)).to.equal(null);
  });
});
