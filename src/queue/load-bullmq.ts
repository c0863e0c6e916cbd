import { IngestError } from '../errors.ts';

/** BullMQ and its client, of a user who has several machines; everybody else goes without the 8 MB. */
export async function loadBullmq() {
  try {
    const [bullmq, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { ...bullmq, Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new IngestError('usage', {
      what: 'a queue needs two packages that are not installed: bullmq and ioredis',
      why: 'They come only with those who have a queue.',
      fix: 'npm install -g --ignore-scripts bullmq@6 ioredis@6   (without -g where movie-ingest was installed without it)',
      cause: error,
    });
  }
}
