/** `says` goes on behind a name of the string: `MONGODB_URI is not a MongoDB connection string`. */
export type MongoUriMistake = Readonly<{ says: string; fix: string }>;

export const PERCENT_ENCODE =
  'Percent-encode the password: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25.';

/**
 * What is wrong with a connection string that the driver would report in a riddle, or carry to the
 * network: an unescaped `@` shows up as an unknown host that is a piece of the password
 * (catalog-sync-scale.md §1.3). Never quotes the string. Undefined where the driver may judge.
 */
export function findMongoUriMistake(uri: string): MongoUriMistake | undefined {
  const authority = /^mongodb(?:\+srv)?:\/\/([^/?]*)/.exec(uri)?.[1];
  if (authority === undefined) {
    const says = 'is not a MongoDB connection string';
    return { says, fix: 'It must start with mongodb:// or mongodb+srv://' };
  }
  if (/[<>]/.test(authority)) {
    return {
      says: 'still has a <placeholder> in it',
      fix: 'Put the password of the database user in its place, without < and >.',
    };
  }
  const afterPassword = authority.slice(authority.lastIndexOf('@') + 1);
  const login = authority.slice(0, Math.max(authority.lastIndexOf('@'), 0));
  if (/[@[\]#]/.test(login) || login.split(':').length > 2 || hasLateAt(uri, authority)) {
    return {
      says: 'has a password with characters that must be encoded',
      fix: PERCENT_ENCODE,
    };
  }
  if (/%(?![0-9a-f]{2})/i.test(login)) {
    return { says: 'has a % in the login that encodes nothing', fix: PERCENT_ENCODE };
  }
  if (afterPassword === '') return { says: 'names no host', fix: 'Write mongodb://host:27017' };
  return undefined;
}

/** `mongodb://user:pa/ss@host/db`: the authority ends at the slash, and an `@` comes behind it. */
function hasLateAt(uri: string, authority: string): boolean {
  const rest = uri.slice(uri.indexOf(authority, uri.indexOf('://')) + authority.length);
  return rest.replace(/=[^&]*/g, '').includes('@'); // the value of an option may have one
}
