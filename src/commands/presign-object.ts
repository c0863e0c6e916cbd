import { type ExitName, IngestError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import { openStore } from '../store/open-store.ts';
import { type LinkFlags, secondsOf } from './link.ts';
import { type Session, WITHOUT_BARS } from './session.ts';

/** `movie-ingest link --presign <key>`: an address for one object of the bucket, at the S3 API. */
export async function runPresign(
  key: string,
  flags: LinkFlags,
  session: Session,
): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const { store: place } = settings;
  if (place.kind === 'folder') {
    throw new IngestError('usage', {
      what: 'only objects of a bucket have such addresses',
      why: `The films are in a folder, ${place.dir}`,
    });
  }
  const { PRESIGN_MAX_SECONDS, presign } = await import('../store/presign.ts');
  const seconds = secondsOf(flags.ttl);
  if (seconds > PRESIGN_MAX_SECONDS) {
    throw new IngestError('usage', {
      what: 'an address for one object is valid for seven days at most',
      why: 'Signature version 4 allows no longer',
      fix: '--ttl 168h',
    });
  }
  const store = await openStore(place, { concurrency: 1 });
  try {
    const { signal } = session;
    if ((await store.headers(key, { signal })) === undefined) {
      throw new IngestError('usage', {
        what: `${store.name} has no object ${cleanText(key, { maxLength: 200 })}`,
        fix: 'Name it as it stands in the bucket: posters/SLUG.jpg, videos/SLUG/master.m3u8',
      });
    }
  } finally {
    await store.close();
  }
  const url = await presign(place, { key, seconds });
  const line = { type: 'presigned', key, url, seconds };
  session.handOver(session.isJson ? `${JSON.stringify(line)}\n` : `${url}\n`);
  if (!session.isJson && flags.quiet !== true) session.stderr.write(limitsOf(key));
  return 'ok';
}

function limitsOf(key: string): string {
  const limits = [
    'It is for this one object, goes past your own host and its cache, and shows the endpoint, the bucket and the id of the access key. Only a deleted access key ends it before its time.',
    ...(key.endsWith('.m3u8')
      ? [
          'What this playlist leads to is not covered: it will not play. movie-ingest link <slug> does.',
        ]
      : []),
  ];
  return limits.map((line) => `${line}\n`).join('');
}
