import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { FAULT_ROWS, type FaultRow } from './rows.ts';

type Outcome = Readonly<{
  row: FaultRow;
  passed: number;
  failed: number;
  skipped: number;
  ms: number;
}>;

/**
 * The end of `npm run test:faults`: a line for each row of the fault matrix; where single files were
 * asked for, for each row that they are about. A row of which nothing ran is a failure of the run, as is
 * one of which something failed.
 */
// biome-ignore lint/style/noDefaultExport: vitest loads a reporter that is named by its path so
export default class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const ran = new Set(modules.map((module) => pathOf(module)));
    const asked = FAULT_ROWS.filter(({ suites }) => suites.some(([file]) => ran.has(file)));
    const outcomes = asked.map((row) => outcomeOf(row, tests));
    const lines = outcomes.map(
      ({ row, ms, ...counts }) =>
        `${row.id.padEnd(4)} ${verdictOf(counts).padEnd(22)} ${(ms / 1_000).toFixed(1).padStart(7)} s  ${row.what}` +
        (row.notHere === undefined ? '' : `\n${' '.repeat(38)}not injectable here: ${row.notHere}`),
    );
    const passed = outcomes.filter(({ passed, failed }) => passed > 0 && failed === 0).length;
    const seed = process.env['FAULT_SEED'] ?? '1';
    process.stdout.write(
      `\nrow  result                    time  what\n${lines.join('\n')}\n\n` +
        `${passed} of ${asked.length} rows passed (seed ${seed})\n`,
    );
    if (passed < asked.length) process.exitCode = 1;
  }
}

function outcomeOf(row: FaultRow, tests: readonly TestCase[]): Outcome {
  const own = tests.filter((test) => belongsTo(row, test));
  const count = (state: string) => own.filter((test) => test.result().state === state).length;
  return {
    row,
    passed: count('passed'),
    failed: count('failed') + own.filter((test) => test.result().state === 'pending').length,
    skipped: count('skipped'),
    ms: own.reduce((total, test) => total + (test.diagnostic()?.duration ?? 0), 0),
  };
}

/** By its name, where a title has one; else by file and title. */
function belongsTo({ id, suites }: FaultRow, test: TestCase): boolean {
  const named = test.fullName.match(/\bF\d+(?=:)/g);
  if (named !== null) return named.includes(id);
  const file = pathOf(test.module);
  return suites.some(([suite, titles = EVERY]) => suite === file && titles.test(test.fullName));
}

function pathOf({ moduleId }: TestModule): string {
  return relative(process.cwd(), moduleId);
}

const EVERY = /(?:)/;

function verdictOf({ passed, failed, skipped }: Omit<Outcome, 'row' | 'ms'>): string {
  if (failed > 0) return `FAILED ${failed} of ${passed + failed}`;
  if (passed === 0) return skipped > 0 ? `NOT RUN (${skipped} skipped)` : 'NOT RUN';
  return skipped > 0 ? `passed ${passed}, skipped ${skipped}` : `passed ${passed}`;
}
