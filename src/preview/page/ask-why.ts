import type { Failure, FailureCause } from './player-contract.ts';

/** A failure with what could be found out by asking again. */
export type Diagnosis = Readonly<{
  cause: FailureCause | 'cors';
  url: string;
  detail: string;
  /** Why the edge refuses, in its own word: `token-expired`, `token-missing`, … */
  denial: string | undefined;
}>;

/**
 * A player hears of a request only that it failed. Asking again tells more: the edge names its reason
 * (`x-deny`, or the body of the 403), and an answer that comes when it need not be readable shows that
 * a CORS rule is missing, not the server.
 */
export async function askWhy(failure: Failure, url: string): Promise<Diagnosis> {
  const { cause, detail } = failure;
  const known = { url, detail, denial: undefined };
  if (cause === 'forbidden') return { ...known, cause, denial: await readDenial(url) };
  if (cause === 'unreachable' && (await answersSomebody(url))) return { ...known, cause: 'cors' };
  return { ...known, cause };
}

async function readDenial(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { cache: 'no-store', signal: soon() });
    const reason = response.headers.get('x-deny') ?? (await response.text());
    return /^[a-z-]{1,40}$/.exec(reason.trim())?.[0];
  } catch {
    return undefined;
  }
}

async function answersSomebody(url: string): Promise<boolean> {
  const options = { mode: 'no-cors', cache: 'no-store', signal: soon() } as const;
  return fetch(url, options).then(
    () => true,
    () => false,
  );
}

const soon = () => AbortSignal.timeout(5_000);
