import type { BrowserContext } from '@playwright/test';

/** Collects the violations of the Content-Security-Policy in a context: the directive, the blocked content and the place. */
export async function policyReports(context: BrowserContext): Promise<() => readonly string[]> {
  const reports: string[] = [];
  await context.exposeBinding('sendPolicyReport', (_source, report: string) => reports.push(report));
  await context.addInitScript(() => {
    const send = (globalThis as unknown as { sendPolicyReport(report: string): void }).sendPolicyReport;
    document.addEventListener('securitypolicyviolation', (event) => {
      send(
        `${event.effectiveDirective}: ${event.blockedURI} ${event.sample} at ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  // A violation before the listener exists appears on the console only.
  context.on('console', (message) => {
    if (/content security policy|trusted ?(type|script|html)/i.test(message.text())) reports.push(message.text());
  });
  return () => reports;
}
