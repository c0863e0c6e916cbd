import { join } from 'node:path';
import { execa } from 'execa';
import type {} from 'vitest'; // for the augmentation below
import type { TestProject } from 'vitest/node';
import { isMissing, isRequired } from './locate.ts';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis.ts';
import { type S3Access, startVersitygw } from './versitygw.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined when no mongod could be had. One database per test file: drop it at the end. */
    mongod: Readonly<{ uri: string }> | undefined;
    /** Undefined when no S3 server could be had. One bucket per test file. */
    s3: S3Access | undefined;
    /** Undefined when no Redis could be had. It keeps its data; one database (`/1`) per test file. */
    redis: Readonly<{ url: string }> | undefined;
  }
}

type Stop = () => Promise<void>;

/**
 * Starts each real server once for all suites, and answers with what stops them. A missing part is
 * one loud line and skipped suites; with CI=true it is a failure of the whole run.
 */
export async function setup(project: TestProject): Promise<Stop> {
  const [mongod, s3, redis] = await Promise.all([
    provideMongod(project),
    provideS3(project),
    provideRedis(project),
    checkFfmpeg(),
    bringBuildUpToDate(),
  ]);
  return async () => {
    await Promise.all([mongod(), s3(), redis()]);
  };
}

async function provideMongod(project: TestProject): Promise<Stop> {
  const uri = process.env['MOVIE_INGEST_TEST_MONGODB_URI'];
  if (uri) {
    project.provide('mongod', { uri });
    return async () => {};
  }
  if (await isMissing('mongod')) {
    project.provide('mongod', undefined);
    return async () => {};
  }
  const server = await startMongod();
  project.provide('mongod', { uri: server.uri });
  return server.stop;
}

async function provideS3(project: TestProject): Promise<Stop> {
  const running = runningS3();
  if (running !== undefined) {
    project.provide('s3', running);
    return async () => {};
  }
  if (await isMissing('versitygw')) {
    project.provide('s3', undefined);
    return async () => {};
  }
  const server = await startVersitygw();
  const { endpoint, region, accessKeyId, secretAccessKey } = server;
  project.provide('s3', { endpoint, region, accessKeyId, secretAccessKey });
  return server.stop;
}

async function provideRedis(project: TestProject): Promise<Stop> {
  if (await isMissing('redis')) {
    project.provide('redis', undefined);
    return async () => {};
  }
  const server = await startRedis({ persists: true });
  project.provide('redis', { url: server.url });
  return server.stop;
}

/** A server that the developer started himself: `MOVIE_INGEST_TEST_S3_ENDPOINT` and its key. */
function runningS3(): S3Access | undefined {
  const endpoint = process.env['MOVIE_INGEST_TEST_S3_ENDPOINT'];
  if (!endpoint) return undefined;
  const accessKeyId = process.env['MOVIE_INGEST_TEST_S3_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['MOVIE_INGEST_TEST_S3_SECRET_ACCESS_KEY'];
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'MOVIE_INGEST_TEST_S3_ENDPOINT needs MOVIE_INGEST_TEST_S3_ACCESS_KEY_ID and MOVIE_INGEST_TEST_S3_SECRET_ACCESS_KEY',
    );
  }
  return { endpoint, region: 'auto', accessKeyId, secretAccessKey };
}

async function checkFfmpeg(): Promise<void> {
  for (const name of ['ffmpeg', 'ffprobe']) {
    const program = process.env[`MOVIE_INGEST_${name.toUpperCase()}`] || name;
    const { failed } = await execa(program, ['-version'], { reject: false });
    if (!failed) continue;
    const text = `no ${name}: npm test installs it; by hand: brew install ffmpeg, or apt-get install ffmpeg`;
    if (isRequired(name)) throw new Error(text);
    process.stderr.write(`SKIPPED, nothing real to test with: ${text}\n`);
  }
}

/** `runCli` runs dist: whoever calls vitest by hand must not test an older build. */
async function bringBuildUpToDate(): Promise<void> {
  const script = join(import.meta.dirname, '../../scripts/build.mjs');
  const { failed, all } = await execa(process.execPath, [script], { reject: false, all: true });
  if (failed)
    process.stderr.write(`The build failed, so what runs dist tests an old one:\n${all}\n`);
}
