import { writeLinkSecret } from '../model/link-key.ts';
import type { Settings } from '../model/settings.ts';

/** Where secrets stand. */
export type SecretSettings = Pick<Settings, 'store' | 'catalog' | 'linkKey'> &
  Partial<Pick<Settings, 'queueUrl'>>;

/**
 * What must never leave (promise 8), for `createRedactor`. Access key ids are among it: they are half
 * of a credential, and scanners of public logs look for them.
 */
export function listSecrets({ store, catalog, linkKey, queueUrl }: SecretSettings): string[] {
  return [
    ...(store.kind === 'folder' ? [] : [store.secretAccessKey, store.accessKeyId]),
    ...(catalog.kind === 'folder' ? [] : passwordsOf(catalog.uri)),
    ...(queueUrl === undefined ? [] : passwordsOf(queueUrl)),
    ...(linkKey === undefined ? [] : [writeLinkSecret(linkKey.secret)]),
  ];
}

/** The password as it stands in the URI and as it is meant. */
function passwordsOf(uri: string): string[] {
  const raw = /^[^:]+:\/\/[^:@/]*:([^/]*)@/.exec(uri)?.[1];
  if (raw === undefined || raw === '') return [];
  try {
    return [...new Set([raw, decodeURIComponent(raw)])];
  } catch {
    return [raw];
  }
}
