import { createHash } from 'node:crypto';
import { judgeHost } from '../deliver/judge-host.ts';
import { judgePublic } from '../deliver/judge-public.ts';
import type { PublicFault, PublicVisit, StoredFacts } from '../deliver/public-visit.ts';
import { signLink } from '../links/sign-link.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Settings } from '../model/settings.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import { fetchPublic } from './fetch-public.ts';

export type VisitOptions = Pick<Settings, 'linkKey' | 'playerOrigins'> &
  Readonly<{
    publicBaseUrl: string;
    poster: StoredFacts | undefined;
    /** Segments that are fetched of each rendition: the first, the last, one in the middle. */
    segments: 1 | 3;
    signal: AbortSignal;
  }>;

/** A fault, with the objects that have it; none where it is of the address as such. */
export type FaultOfFilm = Readonly<{ fault: PublicFault; keys: readonly string[] }>;

export type FilmVisit = Readonly<{
  faults: readonly FaultOfFilm[];
  objects: number;
  /** What the cache said of the last segment: `HIT`; undefined where there is no Cloudflare. */
  caching: string | undefined;
}>;

/** Any page may play: then this one may. */
const ANY_PAGE = 'https://player.example';
const LINK_SECONDS = 600;

/**
 * Fetches a film's master, every playlist, the poster and some segments of each rendition through the
 * public address, as a phone and as a page do, by a link where links are signed; and says what is wrong,
 * each fault once. Stops at the first object that cannot be reached: the others would wait as long.
 */
export async function visitFilm(manifest: Manifest, options: VisitOptions): Promise<FilmVisit> {
  const { poster, publicBaseUrl } = options;
  const found = new Map<string, FaultOfFilm>();
  const note = (fault: PublicFault, key: string | undefined) => {
    const before = found.get(fault.kind);
    const all = [...(before?.keys ?? []), ...(key === undefined ? [] : [key])];
    found.set(fault.kind, { fault: before?.fault ?? fault, keys: all });
  };
  const master = masterOf(manifest);
  const withoutToken =
    options.linkKey === undefined ? undefined : await ask(master.key, { signed: false }, options);
  for (const fault of judgeHost({ publicBaseUrl, withoutToken })) note(fault, undefined);
  let caching: string | undefined;
  let objects = 0;
  for (const stored of [
    master,
    ...sampleOf(manifest, options.segments),
    ...(poster ? [poster] : []),
  ]) {
    const visit = await visitObject(stored, options);
    const { browserAgain } = visit;
    if (visit.asksForPart && 'status' in browserAgain) {
      caching = browserAgain.headers['cf-cache-status'] ?? caching;
    }
    objects += 1;
    const faults = judgePublic(visit);
    for (const fault of faults) note(fault, stored.key);
    if (faults.some(({ kind }) => kind === 'unreachable')) break;
  }
  return { faults: [...found.values()], objects, caching };
}

async function visitObject(stored: StoredFacts, options: VisitOptions): Promise<PublicVisit> {
  const { playerOrigins } = options;
  const [first = ANY_PAGE, second = first] = playerOrigins;
  const asksForPart = isSegment(stored.key);
  const asPage = (origin: string) =>
    ask(stored.key, { headers: { Origin: origin, Referer: `${origin}/` } }, options);
  // The phone first: what a cache keeps of its answer is what pages then get.
  const phone = await ask(
    stored.key,
    { headers: asksForPart ? { Range: 'bytes=0-1' } : {} },
    options,
  );
  const browser = await asPage(first);
  const browserAgain = await asPage(second);
  return { stored, phone, asksForPart, browser, browserAgain, origins: [first, second] };
}

type Asking = Readonly<{ headers?: Readonly<Record<string, string>>; signed?: boolean }>;

function ask(
  key: string,
  { headers = {}, signed = true }: Asking,
  { publicBaseUrl, linkKey, signal }: VisitOptions,
) {
  const url = `${publicBaseUrl}/${key}`;
  // Posters are for lists: the Worker gives them without a token.
  const needsToken = signed && linkKey !== undefined && !key.startsWith('posters/');
  const startUntilSeconds = Math.floor(Date.now() / 1_000) + LINK_SECONDS;
  const target = needsToken ? signLink({ url, key: linkKey, startUntilSeconds }) : url;
  return fetchPublic({ url: target, headers, signal });
}

function masterOf({ slug, master }: Manifest): StoredFacts {
  const key = keys.master(slug);
  const bytes = Buffer.from(master);
  const md5 = createHash('md5').update(bytes).digest('hex');
  return { key, md5, bytes: bytes.byteLength, ...objectHeaders(key) };
}

/** All that is no segment, and some segments of each folder. */
function sampleOf({ objects }: Manifest, count: 1 | 3): readonly StoredFacts[] {
  const all = objects.map(({ key, md5, bytes }) => ({ key, md5, bytes, ...objectHeaders(key) }));
  const folderOf = ({ key }: StoredFacts) => key.slice(0, key.lastIndexOf('/'));
  const segments = all.filter(({ key }) => isSegment(key));
  const sampled = [...new Set(segments.map(folderOf))].flatMap((folder) => {
    const own = segments.filter((object) => folderOf(object) === folder);
    const some = count === 1 ? [own[0]] : [own[0], own[own.length >> 1], own.at(-1)];
    return [...new Set(some)].filter((it) => it !== undefined);
  });
  return [...all.filter(({ key }) => !isSegment(key)), ...sampled];
}

function isSegment(key: string): boolean {
  return /\.(?:ts|m4s)$/.test(key);
}
