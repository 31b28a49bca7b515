/** Prints the violations that a check found, one per line, and sets the exit code. */
export function report(name: string, violations: readonly string[]): void {
  for (const violation of violations) console.error(`${name}: ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
  else console.log(`${name}: no violations`);
}
