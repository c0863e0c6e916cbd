/** One loud line for what this machine cannot show. */
export function skipLoudly(what: string): void {
  process.stderr.write(`SKIPPED, cannot be tested here: ${what}\n`);
}
