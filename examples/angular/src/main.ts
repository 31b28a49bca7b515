import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import '@tweestap/elements/mfa-login.js';

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  styles: 'mfa-login { margin-block-start: 2rem; }',
  template: `
    @if (user(); as user) {
      <p>Hello {{ user.username }}</p>
    } @else if (user() === null) {
      <mfa-login organisation="de-linde" (mfa-success)="onSuccess($event)">
        <p slot="footer">An example</p>
      </mfa-login>
    }
  `,
})
class App {
  /** The logged-in user, `null` without a session, `undefined` until the server has answered. */
  readonly user = signal<{ readonly username: string } | null | undefined>(undefined);

  constructor() {
    void this.load();
  }

  onSuccess(event: Event): void {
    event.preventDefault();
    void this.load();
  }

  private async load(): Promise<void> {
    const response = await fetch('/api/me');
    this.user.set(response.ok ? await response.json() : null);
  }
}

await bootstrapApplication(App);
