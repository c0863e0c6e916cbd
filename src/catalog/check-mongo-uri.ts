import { IngestError } from '../errors.ts';

/**
 * Finds the two mistakes in a connection string that the driver would carry to the network: a raw `@`
 * in the password, which makes a host out of its end (and the error then shows that piece), and the
 * `<password>` of Atlas's example left in place. Throws `usage`; never quotes the string.
 */
export function checkMongoUri(uri: string): void {
  const authority = /^mongodb(?:\+srv)?:\/\/([^/?#]*)/.exec(uri)?.[1];
  if (authority === undefined) return; // the driver says this well itself
  const afterAuthority = uri.slice(uri.indexOf(authority) + authority.length);
  const path = afterAuthority.split('?')[0] ?? '';
  if (authority.split('@').length > 2 || path.includes('@')) {
    throw new IngestError('usage', {
      what: 'The password in MONGODB_URI holds a character that must be percent-encoded',
      why: 'There is more than one @ in it, or a / before the @.',
      fix: PERCENT_ENCODE,
    });
  }
  if (/[<>]/.test(authority)) {
    throw new IngestError('usage', {
      what: 'MONGODB_URI still holds a placeholder like <password>',
      fix: 'Put the password of the database user in its place, without < and >.',
    });
  }
}

export const PERCENT_ENCODE =
  'Percent-encode the password: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25.';
