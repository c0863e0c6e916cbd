import { randomBytes } from 'node:crypto';
import { fetchPublic } from '../library/fetch-public.ts';
import type { StoreSettings } from '../model/settings.ts';
import { openStore } from '../store/open-store.ts';

/** One thing that is not as viewers need it. */
export type PublicFault = Readonly<{
  what: string;
  why: string;
  /** Refused: as it must be where films are seen by signed links only. */
  isRefused?: boolean;
}>;

/**
 * Puts a tiny object into a store that works, asks for it through the public address as a player would,
 * and removes it. Undefined when it comes back as it was put. Not being public is no fault of the
 * settings by itself: the domain may not be connected yet, or films are to be seen by signed links only.
 */
export async function tryPublicUrl(
  settings: StoreSettings,
  signal: AbortSignal,
): Promise<PublicFault | undefined> {
  const { publicBaseUrl } = settings;
  const key = `videos/.movie-ingest-probe-${randomBytes(6).toString('hex')}`;
  const body = randomBytes(64);
  const store = await openStore(settings, { concurrency: 1 });
  try {
    const object = { key, body, contentType: 'application/octet-stream', cacheControl: 'no-store' };
    await store.put(object, { signal });
    try {
      const answer = await fetchPublic({ url: `${publicBaseUrl}/${key}`, headers: {}, signal });
      return judge(answer, { bytes: body.byteLength, publicBaseUrl });
    } finally {
      await store.remove([key], { signal: AbortSignal.timeout(8_000) });
    }
  } finally {
    await store.close();
  }
}

type Asked = Readonly<{ bytes: number; publicBaseUrl: string }>;

function judge(
  answer: Awaited<ReturnType<typeof fetchPublic>>,
  { bytes, publicBaseUrl }: Asked,
): PublicFault | undefined {
  if ('why' in answer) return { what: `${publicBaseUrl} does not answer`, why: answer.why };
  const { status } = answer;
  const what = `${publicBaseUrl} does not give what is in the store`;
  if (status === 200 && answer.bytes === bytes) return undefined;
  if (status === 200)
    return { what, why: 'it answers with something else: another page or bucket' };
  if (status === 401 || status === 403) {
    return { what, why: `it is not public (${status})`, isRefused: true };
  }
  if (status === 404) return { what, why: 'it is not found there (404): another bucket or path' };
  return { what, why: `it answers ${status}` };
}
