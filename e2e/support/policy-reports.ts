import type { BrowserContext } from '@playwright/test';

/** Collects what pages of a context report against their Content-Security-Policy: directive, what, where. */
export async function policyReports(context: BrowserContext): Promise<() => readonly string[]> {
  const reports: string[] = [];
  await context.exposeBinding('tellPolicyReport', (_source, report: string) => reports.push(report));
  await context.addInitScript(() => {
    const tell = (globalThis as unknown as { tellPolicyReport(report: string): void }).tellPolicyReport;
    document.addEventListener('securitypolicyviolation', (event) => {
      tell(
        `${event.effectiveDirective}: ${event.blockedURI} ${event.sample} at ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  // What is refused before a listener stands is told on the console alone.
  context.on('console', (message) => {
    if (/content security policy|trusted ?(type|script|html)/i.test(message.text())) reports.push(message.text());
  });
  return () => reports;
}
