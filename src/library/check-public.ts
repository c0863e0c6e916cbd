import { createHash } from 'node:crypto';
import type { Manifest } from '../model/manifest.ts';
import { publicUrl } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { Finding } from '../reconcile/decide.ts';
import type { LibraryContext } from './context.ts';
import { fetchPublic, type PublicAnswer } from './fetch-public.ts';
import type { Film } from './look-at-film.ts';

/**
 * Fetches the master, every playlist, the poster and some segments of each rendition through the public
 * address, as a player does, and compares them with the manifest.
 */
export async function checkPublic(
  { slug, stored }: Film,
  { store, signal }: Pick<LibraryContext, 'store' | 'signal'>,
): Promise<readonly Finding[]> {
  const { manifest } = stored;
  if (manifest === undefined) return [];
  const master = {
    key: keys.master(slug),
    md5: createHash('md5').update(manifest.master).digest('hex'),
  };
  const findings: Finding[] = [];
  for (const { key, md5 } of [master, ...sampleOf(manifest)]) {
    const answer = await fetchPublic(publicUrl(store, key), signal);
    if ('why' in answer) {
      // The others would wait as long for nothing.
      return [...findings, finding(key, `cannot be fetched: ${answer.why}`)];
    }
    findings.push(...judge(key, md5, answer));
  }
  return findings;
}

type Sample = Readonly<{ key: string; md5: string }>;

/** `text/vtt` of `text/vtt; charset=utf-8`: servers are free to leave out what is the default anyway. */
function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(';')[0]?.trim().toLowerCase();
}

/** All that is no segment, and of each folder's segments the first, the middle and the last. */
function sampleOf({ objects }: Manifest): readonly Sample[] {
  const isSegment = ({ key }: Sample) => /\.(?:ts|m4s)$/.test(key);
  const folderOf = ({ key }: Sample) => key.slice(0, key.lastIndexOf('/'));
  const folders = new Set(objects.filter(isSegment).map(folderOf));
  const sampled = [...folders].flatMap((folder) => {
    const own = objects.filter((object) => isSegment(object) && folderOf(object) === folder);
    return [...new Set([own[0], own[own.length >> 1], own.at(-1)])].filter(
      (it) => it !== undefined,
    );
  });
  return [...objects.filter((object) => !isSegment(object)), ...sampled];
}

/** Headers of caches in between (cf-cache-status, Age) are told apart here once they are judged. */
function judge(key: string, md5: string, { status, headers, md5: got }: PublicAnswer): Finding[] {
  if (status !== 200) return [finding(key, `the public address answers ${status}`)];
  if (got !== md5) return [finding(key, 'the public address gives other bytes than the store has')];
  const type = mediaType(headers['content-type']);
  const { contentType } = objectHeaders(key);
  if (type === mediaType(contentType)) return [];
  return [finding(key, `is served as ${type ?? 'nothing'} instead of ${contentType}`)];
}

function finding(key: string, detail: string): Finding {
  return { row: 11, mark: '!', kind: 'public address', key, detail, isDrift: true, isLoss: false };
}
