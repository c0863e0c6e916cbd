import type { Store } from '../../src/model/store.ts';
import { openStore } from '../../src/store/open-store.ts';

/** The bucket that an environment of `Workshop.freshEnv` names. */
export function storeOf(env: Readonly<Record<string, string | undefined>>): Promise<Store> {
  return openStore(
    {
      kind: 's3',
      endpoint: env['S3_ENDPOINT'] ?? '',
      region: env['S3_REGION'] ?? '',
      bucket: env['S3_BUCKET'] ?? '',
      accessKeyId: env['S3_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['S3_SECRET_ACCESS_KEY'] ?? '',
      publicBaseUrl: 'https://media.example.com',
    },
    { concurrency: 16 },
  );
}
