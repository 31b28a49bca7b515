import type { AccountEvent } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import { button, rowButton, section, when } from './parts.ts';
import type { SettingsHost } from './settings-host.ts';
import { opener, type SettingsModel } from './settings-model.ts';

/** Recent events of the account, each with a button to report that it was not the user. */
export const events = (host: SettingsHost, model: SettingsModel): TemplateResult | typeof nothing => {
  if (model.events.length === 0) return nothing;
  return section(
    host.text('settings.events'),
    html`<ol part="rows">${model.events.map((event, at) => eventRow(host, model, event, at))}</ol>`,
  );
};

const keyOf = ({ event, method }: AccountEvent): SettingsKey =>
  event === 'login' && method ? `event.login.${method}` : `event.${event}`;

const eventRow = (host: SettingsHost, model: SettingsModel, event: AccountEvent, at: number): TemplateResult => {
  const words = host.text(keyOf(event));
  const moment = when(host, event.at);
  const asking = model.asking?.what === 'not-me' && model.asking.at === at;
  return html`<li part="row">
    <div>
      <span part="row-name">${words}</span>
      <p part="row-detail">
        <time datetime=${event.at}>${moment}</time>${event.address ? html`, ${host.text('settings.from', { address: event.address })}` : nothing}
      </p>
    </div>
    <div part="row-actions">
      ${rowButton(host, {
        words: host.text('settings.not-me'),
        name: host.text('settings.not-me-of', { event: words, moment }),
        id: opener({ what: 'not-me', at }),
        press: () => model.ask({ what: 'not-me', at }),
      })}
    </div>
    ${
      asking
        ? html`<div part="asking">
            <p>${host.text('settings.not-me-sure')}</p>
            <div part="actions">
              ${button(host, host.text('settings.not-me-do'), () => model.notMe(event.id), 'sure')}
              ${button(host, host.text('settings.keep'), () => model.ask(undefined))}
            </div>
          </div>`
        : nothing
    }
  </li>`;
};
