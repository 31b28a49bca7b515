import { expect } from '@open-wc/testing';
import { mountPhone, type PhoneScenario, phoneScenarios } from '../testing/approve-states.ts';
import { membersOf } from '../testing/element-contract.ts';
import { publicMembers } from '../testing/public-members.ts';
import { until } from '../testing/states/scenario.ts';
import './mfa-approve.ts';

const asking = phoneScenarios['phone-request'] as PhoneScenario;

describe('the contract of every element: mfa-approve', () => {
  let container: HTMLElement;
  beforeEach(() => {
    container = document.body.appendChild(document.createElement('div'));
  });
  afterEach(() => container.remove());

  it('exposes the documented members to the page and no others', async () => {
    const { element } = await mountPhone(asking, container);
    expect(membersOf(element)).to.have.members([...publicMembers['mfa-approve']]);
  });

  it('R88 inserts the same input again after the page has removed its children', async () => {
    const { element } = await mountPhone(asking, container);
    const input = element.querySelector('input') as HTMLInputElement;
    input.value = '482913';
    element.innerHTML = '';
    await new Promise((resolve) => setTimeout(resolve));
    expect(element.querySelector('input')).to.equal(input);
    expect(input.value).to.equal('482913');
    expect(input.form?.isConnected).to.equal(true);
  });

  it('closes its connections when it is removed, and opens them again when it is inserted', async () => {
    const { element, server } = await mountPhone(phoneScenarios.phone as PhoneScenario, container);
    const reads = () => server.calls.filter(({ path }) => path === '/push/requests').length;
    element.remove();
    const before = reads();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reads()).to.equal(before);
    container.append(element);
    await until(() => reads() > before);
  });
});
