import type { Kind } from '@tweestap/client';
import type { ElementPart } from '../element/element-part.ts';
import { focusField } from '../element/focus.ts';
import type { Screen } from '../element/screen.ts';
import type { ViewHost } from '../element/view-host.ts';
import { organisation } from '../steps/organisation.ts';
import { username } from '../steps/username.ts';

/** What `<mfa-login>` adds: the first screen comes with the element, in one of two layouts. */
export class LoginPart implements ElementPart {
  kind: Kind = 'login';
  readonly #host: ViewHost;
  readonly #isClassic: () => boolean;
  #classic: typeof import('./classic.ts').classic | undefined;

  constructor(host: ViewHost, isClassic: () => boolean) {
    this.#host = host;
    this.#isClassic = isClassic;
  }

  /** In the classic layout too the first field comes with the element; the others join it. */
  async begin(): Promise<void> {
    const host = this.#host;
    host.prepare();
    if (!this.#isClassic()) return;
    this.#classic = (await import('./classic.ts')).classic;
    const active = host.element.matches(':focus-within');
    host.element.requestUpdate();
    await host.element.updateComplete;
    if (active) focusField(host);
  }

  screen(): Screen | undefined {
    const host = this.#host;
    const { flow } = host;
    const classic = this.#isClassic() ? this.#classic?.(flow?.step, host) : undefined;
    if (classic) return classic;
    if (flow) return host.stepScreen();
    return (host.element.organisation ?? host.kept.organisation)
      ? username(undefined, host)
      : organisation(undefined, host);
  }
}
