import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { formatDuration } from '../lib/format-duration.ts';
import { parseDuration } from '../lib/parse-duration.ts';
import { signLink } from '../links/sign-link.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Settings } from '../model/settings.ts';
import { keys } from '../plan/keys.ts';
import { commandHere } from './place-flags.ts';
import type { CommonFlags, Session } from './session.ts';
import { withCatalog } from './with-catalog.ts';

export type LinkFlags = CommonFlags &
  Readonly<{
    ttl?: string;
    presign?: string;
    /** Play it, too. */
    player?: boolean;
    /** As of `preview`. */
    port?: string;
    open?: boolean;
  }>;

const DEFAULT_TTL = '2h';

/**
 * `movie-ingest link <slug>`: the address of a film with a token in it, on stdout. The catalogue is asked
 * whether there is such a film; the signature is made here. With `--player` the preview plays that very
 * address, as a viewer's browser would, until it is stopped; its own address is the second line.
 */
export async function runLink(slug: string, flags: LinkFlags, session: Session): Promise<ExitName> {
  let link = '';
  const exit = await withCatalog(flags, session, async (catalog, settings) => {
    const { linkKey: key } = settings;
    demandEdge(settings);
    if (key === undefined) throw noKey();
    const ttlSeconds = secondsOf(flags.ttl);
    const startUntilSeconds = endAfter(ttlSeconds);
    const url = await unsignedUrl(slug, { catalog, flags, base: settings.store.publicBaseUrl });
    link = signLink({ url, key, startUntilSeconds });
    const startUntil = isoTime(startUntilSeconds);
    const line = { type: 'link', slug, url: link, keyId: key.id, startUntil };
    session.print(session.isJson ? `${JSON.stringify(line)}\n` : `${link}\n`);
    if (!session.isJson && flags.quiet !== true) {
      const ttl = formatDuration(ttlSeconds * 1_000);
      session.stderr.write(
        `Can be started until ${startUntil} (${ttl}), by whoever has it; then plays on for the Worker's SESSION_GRACE.\n`,
      );
    }
    return 'ok' as const;
  });
  if (flags.player !== true) return exit;
  const { runPreview } = await import('./preview.ts');
  return runPreview(link, flags, session);
}

/** Unix time. */
function endAfter(seconds: number): number {
  const end = Math.floor(Date.now() / 1_000) + seconds;
  if (end < 10 ** 10) return end;
  throw new IngestError('usage', {
    what: '--ttl is longer than a link can be valid',
    fix: 'Give hours, such as --ttl 2h: a link is as good as a key to whoever it is sent on to.',
  });
}

/** A whole number of seconds, at least one. */
export function secondsOf(ttl: string | undefined): number {
  const seconds = parseDuration(ttl ?? DEFAULT_TTL) / 1_000;
  if (seconds > 0) return seconds;
  throw new IngestError('usage', {
    what: '--ttl must be longer than nothing',
    fix: 'Write 30m or 2h',
  });
}

function noKey(): IngestError {
  return new IngestError('usage', {
    what: 'there is no key to sign links with',
    why: 'MOVIE_INGEST_LINK_KEY_ID and MOVIE_INGEST_LINK_SECRET are not set',
    fix: 'Make one, for here and for the Worker: movie-ingest link keys new',
  });
}

/** `preview`, which serves the folder store on this machine, asks for no token and understands none. */
function demandEdge({ store, origins }: Settings): void {
  if (store.kind !== 'folder' || origins['store.publicBaseUrl'] !== 'default') return;
  throw new IngestError('usage', {
    what: 'links that expire need a bucket behind the Worker',
    why: `The films are in a folder, ${store.dir}, which only this machine can play: movie-ingest preview`,
    fix: 'Configure a bucket (docs/providers.md) and put edge/worker.js in front of it (docs/signed-links.md)',
  });
}

type Asking = Readonly<{
  catalog: Catalog;
  flags: CommonFlags;
  /** The public URL of the store: the Worker's host. */
  base: string;
}>;

async function unsignedUrl(slug: string, { catalog, flags, base }: Asking): Promise<string> {
  const document = await catalog.findBySlug(slug);
  const shown = cleanText(slug, { maxLength: 100 });
  if (document === undefined) {
    const isKeys = slug === 'keys' ? ['For signing keys: movie-ingest link keys new'] : [];
    throw new IngestError('usage', {
      what: `there is no film called ${shown} in ${catalog.name}`,
      fix: [`See what there is: ${commandHere(['list'], flags)}`, ...isKeys].join('. '),
    });
  }
  if (document['status'] === 'deleted') {
    throw new IngestError('usage', {
      what: `${shown} was taken away from viewers`,
      fix: `Bring it back: ${commandHere(['restore', slug], flags)}`,
    });
  }
  const { hls_url: url } = document;
  const rewrite = commandHere(['sync', '--rewrite-urls'], flags);
  if (typeof url !== 'string' || !isMasterAtRoot(url, slug)) {
    throw new IngestError('usage', {
      what: `the hls_url of ${shown} cannot be signed`,
      why: `It must be https://host/${keys.master(shown)}: the Worker stands at the root of a host`,
      fix: `Set the public URL to that host, without a path, then: ${rewrite}`,
    });
  }
  const { origin } = new URL(url);
  if (origin === new URL(base).origin) return url;
  throw new IngestError('usage', {
    what: `the hls_url of ${shown} is at another host than the store`,
    why: `It is at ${origin}, and the public URL of the store is ${base}: a link there would open nothing`,
    fix: `Is the film in this store, correct its document: ${rewrite}. Else bring it in: movie-ingest add FILM`,
  });
}

function isMasterAtRoot(url: string, slug: string): boolean {
  return URL.canParse(url) && new URL(url).pathname === `/${keys.master(slug)}`;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
