import { expect, test } from 'vitest';
import { findJurisdiction } from '../../../src/commands/find-jurisdiction.ts';
import { IngestError } from '../../../src/errors.ts';
import type { StoreSettings } from '../../../src/model/settings.ts';

const ACCOUNT = '0123456789abcdef'.repeat(2);
const settings: StoreSettings = {
  kind: 'r2',
  endpoint: `https://${ACCOUNT}.r2.cloudflarestorage.com`,
  region: 'auto',
  bucket: 'movies',
  accessKeyId: 'k',
  secretAccessKey: 's',
  publicBaseUrl: 'https://media.example.com',
};
const named = (name: string) =>
  new IngestError('store', { what: 'x', cause: Object.assign(new Error('x'), { name }) });

/** A provider that has the bucket at one endpoint alone. */
function provider(host: string) {
  const asked: string[] = [];
  const tryStore = async (it: StoreSettings) => {
    const { endpoint } = it as { endpoint: string };
    asked.push(endpoint);
    if (endpoint !== `https://${host}`) throw named('NoSuchBucket');
  };
  return { asked, tryStore };
}

test('a bucket that the account does not seem to have is looked for in the jurisdictions', async () => {
  const { tryStore } = provider(`${ACCOUNT}.eu.r2.cloudflarestorage.com`);
  expect(await findJurisdiction(settings, named('NoSuchBucket'), tryStore)).toBe('eu');
});

test('it is in none: nothing is found', async () => {
  const { asked, tryStore } = provider('elsewhere');
  expect(await findJurisdiction(settings, named('NoSuchBucket'), tryStore)).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test.each([
  ['another failure', settings, named('SignatureDoesNotMatch')],
  ['another provider', { ...settings, kind: 's3' } as const, named('NoSuchBucket')],
  [
    'an endpoint that has its jurisdiction already',
    { ...settings, endpoint: `https://${ACCOUNT}.eu.r2.cloudflarestorage.com` },
    named('NoSuchBucket'),
  ],
])('%s: nobody is asked', async (_what, store, error) => {
  const { asked, tryStore } = provider('x');
  expect(await findJurisdiction(store, error, tryStore)).toBeUndefined();
  expect(asked).toEqual([]);
});
