import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Delivery } from '../deliver/delivery.ts';
import { deliveryFiles } from '../deliver/delivery-files.ts';
import { writeGuide } from '../deliver/write-guide.ts';
import { type ExitName, IngestError } from '../errors.ts';
import type { Settings } from '../model/settings.ts';
import type { BucketSettings } from '../store/providers.ts';
import { printChecks } from '../ui/print-checks.ts';
import { checkDelivery } from './check-delivery.ts';
import { type CommonFlags, type Session, WITHOUT_BARS } from './session.ts';

export type DeliverFlags = CommonFlags &
  Readonly<{
    out?: string;
    check?: boolean;
    apply?: boolean;
  }>;

const WORKER = join(import.meta.dirname, '../../edge/worker.js');

/**
 * `movie-ingest deliver`: what has to be set up at Cloudflare for this bucket and host, as a page on
 * stdout or as files in a folder (replaced when they are there). `--check` compares CORS and lifecycle
 * of the bucket with that and ends with `drift` when they differ; `--apply` sets them where the key may.
 */
export async function runDeliver(flags: DeliverFlags, session: Session): Promise<ExitName> {
  const settings = await session.open(flags, WITHOUT_BARS);
  const bucket = bucketOf(settings);
  const delivery: Delivery = {
    ...bucket,
    origins: settings.playerOrigins,
    isSigned: settings.linkKey !== undefined,
  };
  if (flags.out !== undefined) await writeFiles(delivery, resolve(session.cwd, flags.out), session);
  if (flags.check === true || flags.apply === true) {
    return lookAtBucket(bucket, delivery, { flags, session });
  }
  if (flags.out !== undefined) return 'ok';
  if (session.isJson) {
    const files = deliveryFiles(delivery, await readFile(WORKER, 'utf8'));
    const texts = Object.fromEntries(files.map(({ name, text }) => [name, text]));
    session.print(
      `${JSON.stringify({ type: 'delivery', ...publicPart(delivery), files: texts })}\n`,
    );
  } else {
    session.print(writeGuide(delivery));
  }
  return 'ok';
}

function bucketOf({ store }: Settings): BucketSettings {
  if (store.kind !== 'folder') return store;
  throw new IngestError('usage', {
    what: 'films in a folder are delivered by nobody but this machine',
    why: `No bucket is configured; the films are in ${store.dir}`,
    fix: 'Configure a bucket first (docs/providers.md). Until then: movie-ingest preview',
  });
}

/** Neither keys nor the endpoint, which names the account. */
function publicPart({ bucket, publicBaseUrl, origins, isSigned }: Delivery) {
  return { bucket, publicBaseUrl, origins, isSigned };
}

async function writeFiles(delivery: Delivery, dir: string, session: Session): Promise<void> {
  const files = deliveryFiles(delivery, await readFile(WORKER, 'utf8'));
  try {
    await mkdir(dir, { recursive: true });
    for (const { name, text } of files) await writeFile(join(dir, name), text);
  } catch (error) {
    throw new IngestError('usage', {
      what: `${dir} cannot be written (${(error as NodeJS.ErrnoException).code})`,
      fix: 'Name another folder: --out DIR',
      cause: error,
    });
  }
  for (const { name } of files) {
    const path = join(dir, name);
    session.print(session.isJson ? `${JSON.stringify({ type: 'file', path })}\n` : `${path}\n`);
  }
}

type Looking = Readonly<{ flags: DeliverFlags; session: Session }>;

async function lookAtBucket(
  bucket: BucketSettings,
  delivery: Delivery,
  { flags, session }: Looking,
): Promise<ExitName> {
  const { openBucketRules } = await import('../store/bucket-rules.ts');
  const rules = openBucketRules(bucket, session.signal);
  try {
    const checks = await checkDelivery(delivery, { rules, apply: flags.apply === true });
    session.print(
      session.isJson
        ? checks.map((check) => `${JSON.stringify({ type: 'check', ...check })}\n`).join('')
        : printChecks(checks, { paint: session.paintFor(session.stdout) }),
    );
    return checks.find(({ status }) => status === 'failed')?.exit ?? 'ok';
  } finally {
    rules.close();
  }
}
