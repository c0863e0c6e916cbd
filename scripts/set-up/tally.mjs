import { readFileSync } from 'node:fs';

/**
 * Counts in vitest's JSON report. What failed outside of a test (a file that could not be loaded, a
 * server that did not start, an error that nobody caught) is no test in the report; it is counted as
 * one failed, so that the line never says that nothing failed when something did.
 */
export function readTally(path, exitCode) {
  const report = readReport(path);
  const statuses = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => test.status),
  );
  const count = (...names) => statuses.filter((status) => names.includes(status)).length;
  const brokenFiles = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = count('failed') + brokenFiles;
  return {
    passed: count('passed'),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  };
}

/** No report is what a failing global set-up leaves. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}
