import { createInterface } from 'node:readline/promises';
import { IngestError } from '../errors.ts';
import type { Session } from './session.ts';

/** Asks on the terminal. Throws `usage` for anything but a yes, and where nobody can be asked. */
export async function confirm(question: string, session: Session): Promise<void> {
  const { stdin, stderr, signal } = session;
  if ((stdin as { isTTY?: boolean }).isTTY !== true || stderr.isTTY !== true) {
    throw new IngestError('usage', {
      what: 'this has to be confirmed, and there is no terminal to ask on',
      fix: 'Add --yes',
    });
  }
  const prompt = createInterface({ input: stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal });
    if (/^y(?:es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new IngestError('usage', { what: 'nothing was done', fix: 'Answer y, or add --yes' });
}
