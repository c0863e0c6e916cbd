import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { openCatalog } from '../src/catalog/open-catalog.ts';
import { Manifest } from '../src/model/manifest.ts';
import { movieFromJson } from '../src/model/movie-json.ts';
import type { Store } from '../src/model/store.ts';
import { objectHeaders } from '../src/plan/keys.ts';
import { type GeneratedBucket, startGeneratedBucket } from './lib/generated-bucket.ts';
import { medians, timeCommand } from './lib/measure.ts';
import type { Bench, Figure } from './lib/result.ts';
import { startSlowProxy } from './lib/slow-proxy.ts';
import { storeOf } from './lib/store-of.ts';
import { BIN, Workshop } from './lib/workshop.ts';

const FILMS = 1_000;
const OBJECTS_EACH = 3_600;

/** What it costs to look after 1,000 films of 3,600 objects, and to ask again for one of them. */
export const p10: Bench = {
  id: 'P10',
  run: async () => {
    const workshop = new Workshop();
    const bucket = await startGeneratedBucket(FILMS, OBJECTS_EACH);
    try {
      const env = await libraryOf(bucket, workshop);
      const figures: Figure[] = [];
      for (const args of [['sync'], ['verify', '--all'], ['sync', '--rebuild']]) {
        if (args.includes('--rebuild')) env['MOVIE_INGEST_LIBRARY'] = workshop.folder('empty');
        figures.push(...(await measure(args, { bucket, env, workshop })));
      }
      return [...figures, ...(await againWithManyObjects(workshop))];
    } finally {
      await bucket.stop();
      await workshop.close();
    }
  },
};

async function libraryOf(
  bucket: GeneratedBucket,
  workshop: Workshop,
): Promise<Record<string, string>> {
  const library = workshop.folder('library');
  const catalog = await openCatalog(
    { kind: 'folder', dir: join(library, 'catalog') },
    { version: '0.0.0' },
  );
  for (const slug of bucket.slugs) {
    await catalog.upsert(movieFromJson(bucket.manifestOf(slug).movie));
  }
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: workshop.folder('home'),
    MOVIE_INGEST_STATE_DIR: workshop.folder('state'),
    MOVIE_INGEST_LIBRARY: library,
    S3_ENDPOINT: bucket.endpoint,
    S3_REGION: 'auto',
    S3_BUCKET: 'films',
    S3_ACCESS_KEY_ID: '0'.repeat(32),
    S3_SECRET_ACCESS_KEY: 'f'.repeat(64),
    S3_PUBLIC_URL: 'https://media.example.com',
  };
}

type Scene = Readonly<{
  bucket: GeneratedBucket;
  env: Readonly<Record<string, string>>;
  workshop: Workshop;
}>;

async function measure(args: readonly string[], scene: Scene): Promise<readonly Figure[]> {
  const { bucket, env, workshop } = scene;
  const rss = join(workshop.dir, 'rss');
  const tell = join(import.meta.dirname, 'lib', 'tell-rss.mjs');
  bucket.take();
  const startedAt = performance.now();
  const { stdout } = await execa(
    process.execPath,
    ['--import', tell, BIN, ...args, '--json', '--quiet'],
    { env: { ...env, BENCH_RSS_FILE: rss }, extendEnv: false, stdin: 'ignore', reject: false },
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { pages, reads, writes } = bucket.take();
  const tally = stdout.trim().split('\n').at(-1) ?? '';
  const name = args.join(' ');
  const isRebuild = args.includes('--rebuild');
  return [
    {
      id: 'P10',
      what: `peak RSS in MB, ${name}, ${FILMS} × ${OBJECTS_EACH} objects`,
      value: Number(readFileSync(rss, 'utf8')),
      goal: { atMost: 300 },
      detail: `${seconds.toFixed(0)} s; ${tally.slice(tally.indexOf('"films"'))}`,
    },
    {
      id: 'P10',
      what: `LIST pages per 1,000 objects, ${name}`,
      // One for the first word with the store, and two that are not full, are not counted.
      value: (pages - 3) / (bucket.objects / 1_000),
      goal: { atMost: 1 },
      detail: `${pages} pages, ${writes} writes`,
    },
    {
      id: 'P10',
      what: `reads per film, ${name}`,
      value: reads / FILMS,
      // A document that is written is looked at again under the film's lock: master and manifest, twice.
      goal: { atMost: isRebuild ? 5 : 1 },
      detail: `${reads} reads`,
    },
  ];
}

/** `add` of a film that is in: its manifest is as long as that of a film of two hours. */
async function againWithManyObjects(workshop: Workshop): Promise<readonly Figure[]> {
  const film = workshop.sample(480);
  const s3 = await workshop.s3();
  const line = await startSlowProxy({ target: s3.endpoint });
  const env = await workshop.freshEnv(line.endpoint);
  const add = [BIN, 'add', film, '--preset', 'fast'];
  await execa(process.execPath, add, { env, extendEnv: false, stdin: 'ignore' });
  await lengthenManifest(await storeOf({ ...env, S3_ENDPOINT: s3.endpoint }));
  const putsBefore = line.puts();
  const { again } = await medians(5, { again: () => timeCommand(process.execPath, add, { env }) });
  const puts = line.puts() - putsBefore;
  await line.stop();
  const what = `an add of a film of ${OBJECTS_EACH} objects that is in`;
  return [
    { id: 'P10', what: `seconds of ${what}`, value: again, goal: { atMost: 1.5 }, detail: '' },
    { id: 'P10', what: `PUTs of ${what}`, value: puts, goal: { atMost: 0 }, detail: '' },
  ];
}

/** The objects that it names beside its own are not there, and `add` does not ask for them. */
async function lengthenManifest(store: Store): Promise<void> {
  for await (const { key } of store.list('videos/', {})) {
    if (!key.endsWith('/manifest.json')) continue;
    const manifest = Manifest.parse(JSON.parse(String(await store.get(key, {}))));
    const segment = manifest.objects.find((object) => object.key.endsWith('.ts'));
    if (segment === undefined) throw new Error(`no segment in ${key}`);
    const more = Array.from({ length: OBJECTS_EACH - manifest.objects.length }, (_, n) => ({
      ...segment,
      key: `${segment.key}.${n}.ts`,
    }));
    const long = { ...manifest, objects: [...manifest.objects, ...more] };
    await store.put({ key, body: Buffer.from(JSON.stringify(long)), ...objectHeaders(key) }, {});
  }
  await store.close();
}
