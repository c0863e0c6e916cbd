import { once } from 'node:events';
import { join } from 'node:path';
import { type ExitName, IngestError } from '../errors.ts';
import { run } from '../ffmpeg/run.ts';
import { cleanText } from '../lib/clean-text.ts';
import { servePreview } from '../preview/serve-preview.ts';
import { openShowing } from './open-showing.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';

export type PreviewFlags = CommonFlags &
  Readonly<{
    port?: string;
    /** False with `--no-open`. */
    open?: boolean;
  }>;

/** The port that the embedded library's public URL names. */
const LIBRARY_PORT = 4680;

/** Where `scripts/build-preview.mjs` puts the page; the same place seen from `src` and from `dist`. */
const PAGE_DIR = join(import.meta.dirname, '..', '..', 'dist', 'preview', 'page');

/**
 * `movie-ingest preview`: serves the library, a folder with HLS or one address on 127.0.0.1 and opens
 * it, or one film of it, in the browser, until it is stopped; that stop is its good end. The address is
 * printed on stdout.
 */
export async function runPreview(
  word: string | undefined,
  flags: PreviewFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const port = parsePort(flags.port);
  const { signal, cwd } = session;
  const { showing, path, close } = await openShowing({ word, settings, cwd, signal });
  try {
    const server = await servePreview({
      showing,
      // Nothing names the port of a folder: it shall not be in the way of the library's.
      port: port ?? (showing.kind === 'library' ? LIBRARY_PORT : 0),
      pageDir: PAGE_DIR,
      signal,
    });
    const url = server.url + path;
    session.print(`${url}\n`);
    if (flags.open !== false && session.stdout.isTTY === true) await openBrowser(url, signal);
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    return 'ok';
  } finally {
    await close();
  }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new IngestError('usage', {
    what: `"${cleanText(text, { maxLength: 40 })}" is no port`,
    fix: 'Give a number from 1 to 65535, or 0 for any free one.',
  });
}

/** A browser that does not open is no failure: the address was printed. */
async function openBrowser(url: string, signal: AbortSignal): Promise<void> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  await run(opener, [url], { timeoutMs: 10_000, isUsers: true, signal });
}
