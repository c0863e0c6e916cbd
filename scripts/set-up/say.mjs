/** What the set-up does is told on stderr: stdout is the result. Nothing to do, nothing to say. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the script with one exit code and one message, without a stack: the user can act on it. */
export class SetUpError extends Error {
  name = 'SetUpError';
  /** As in the exit table of src/errors.ts: 2 is usage, configuration or a missing tool. */
  exitCode = 2;
}

/** Runs a script's main function; what goes wrong becomes a message and an exit code. */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(`Error: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
