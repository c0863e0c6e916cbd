import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from '../../src/model/manifest.ts';
import { movieToJson } from '../../src/model/movie-json.ts';
import { objectHeaders } from '../../src/plan/keys.ts';
import { makeMovie } from '../../tests/contract/catalog-movie.ts';

const REVISION = 'r-0123456789';
const RUNGS = ['360p', '720p', '1080p'];
const PAGE = 1_000;

export type GeneratedBucket = Readonly<{
  endpoint: string;
  /** What was asked since the last call. */
  take: () => Readonly<{ pages: number; reads: number; writes: number }>;
  /** In all, posters included. */
  objects: number;
  manifestOf: (slug: string) => Manifest;
  slugs: readonly string[];
  stop: () => Promise<void>;
}>;

/**
 * An S3 server that has this many films of so many objects without having them: listings, manifests and
 * masters are made when they are asked for. A server with 3.6 million files would measure its own disk.
 */
export async function startGeneratedBucket(
  films: number,
  objectsEach: number,
): Promise<GeneratedBucket> {
  const slugs = Array.from({ length: films }, (_, n) => `film-${String(n).padStart(5, '0')}`);
  const files = filesOf(objectsEach);
  const master = masterText();
  const manifestOf = (slug: string) => manifestFor(slug, files, master);
  const rowOf = (key: string, { bytes, md5 }: File) =>
    `<Contents><Key>${key}</Key><Size>${bytes}</Size><ETag>"${md5}"</ETag>` +
    '<LastModified>2026-11-20T12:00:00.000Z</LastModified></Contents>';
  let counts = { pages: 0, reads: 0, writes: 0 };

  const poster: File = { path: '', bytes: 9, md5: md5Of('poster') };
  const masterFile: File = { path: 'master.m3u8', bytes: master.length, md5: md5Of(master) };
  const listed = [
    masterFile,
    ...files.map((file) => ({ ...file, path: `${REVISION}/${file.path}` })),
  ];

  const page = (query: URLSearchParams): string => {
    const prefix = query.get('prefix') ?? '';
    const first = Number(query.get('continuation-token') ?? 0);
    const isPosters = prefix === 'posters/';
    // There is nothing else: no film that is staged, no object that a check has left.
    if (!isPosters && prefix !== 'videos/') return EMPTY_PAGE;
    const each = isPosters ? 1 : listed.length;
    const end = Math.min(films * each, first + PAGE);
    const rows: string[] = [];
    for (let index = first; index < end; index += 1) {
      const slug = slugs[Math.floor(index / each)] ?? '';
      const file = isPosters ? poster : listed[index % each];
      if (file !== undefined) {
        rows.push(rowOf(isPosters ? `posters/${slug}.jpg` : `videos/${slug}/${file.path}`, file));
      }
    }
    const isMore = end < films * each;
    return (
      `<ListBucketResult><IsTruncated>${isMore}</IsTruncated>` +
      `${isMore ? `<NextContinuationToken>${end}</NextContinuationToken>` : ''}` +
      `${rows.join('')}</ListBucketResult>`
    );
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://bucket');
    const key = url.pathname.replace(/^\/films\/?/, '');
    request.resume();
    if (url.searchParams.has('uploads')) {
      response.end(
        '<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
      );
      return;
    }
    if (url.searchParams.has('list-type')) {
      counts.pages += 1;
      response.end(page(url.searchParams));
      return;
    }
    if (request.method !== 'GET') {
      counts.writes += 1;
      response.writeHead(500).end();
      return;
    }
    counts.reads += 1;
    const body = key.endsWith('manifest.json')
      ? JSON.stringify(manifestOf(key.split('/')[1] ?? ''))
      : master;
    response.writeHead(200, { etag: `"${md5Of(body)}"` }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = counts;
      counts = { pages: 0, reads: 0, writes: 0 };
      return taken;
    },
    objects: films * (listed.length + 1),
    manifestOf,
    slugs,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const EMPTY_PAGE = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

type File = Readonly<{ path: string; bytes: number; md5: string }>;

/** Below the revision, in key order; the manifest is among them. */
function filesOf(count: number): readonly File[] {
  const paths = [
    'manifest.json',
    ...RUNGS.map((rung) => `${rung}/index.m3u8`),
    ...Array.from({ length: count - RUNGS.length - 2 }, (_, n) => {
      const number = Math.floor(n / RUNGS.length);
      return `${RUNGS[n % RUNGS.length]}/seg_${String(number).padStart(5, '0')}.ts`;
    }),
  ];
  return paths
    .map((path, index) => ({ path, bytes: 1_000 + index, md5: md5Of(path) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function manifestFor(slug: string, files: readonly File[], master: string): Manifest {
  const prefix = `videos/${slug}/${REVISION}/`;
  const poster = { key: `posters/${slug}.jpg`, bytes: 9, md5: md5Of('poster') };
  const own = files
    .filter(({ path }) => path !== 'manifest.json')
    .map(({ path, bytes, md5 }) => ({ key: prefix + path, bytes, md5 }));
  const stamp = {
    _id: { $oid: md5Of(slug).slice(0, 24) },
    created_at: { $date: { $numberLong: '1790000000000' } },
    updated_at: { $date: { $numberLong: '1790000000000' } },
    version: { $numberInt: '1' },
  };
  const base = makeMovie({ slug, stamp, pipeline: { revision: REVISION } });
  const storage = { ...base.pipeline.storage, provider: 's3', bucket: 'films' };
  return {
    manifest_version: 1,
    slug,
    revision: REVISION,
    recipe: 'abc',
    fingerprint: `q1:${slug}`,
    master,
    objects: [poster, ...own].map((object) => ({
      ...object,
      content_type: objectHeaders(object.key).contentType,
    })),
    movie: movieToJson({ ...base, pipeline: { ...base.pipeline, storage } }),
  };
}

function masterText(): string {
  const variants = RUNGS.flatMap((rung, index) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${(index + 1) * 1_000_000},CODECS="avc1.64001f",RESOLUTION=64${index}x360`,
    `${REVISION}/${rung}/index.m3u8`,
  ]);
  return ['#EXTM3U', '#EXT-X-VERSION:6', ...variants, ''].join('\n');
}

function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
