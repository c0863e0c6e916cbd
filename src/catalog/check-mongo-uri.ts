import { IngestError } from '../errors.ts';

export const PERCENT_ENCODE =
  'Percent-encode the password: @ is %40, : is %3A, / is %2F, ? is %3F, # is %23, % is %25.';

/**
 * Finds the two mistakes in a connection string that the driver would carry to the network: a raw `@`
 * followed by a `/`, which makes a host out of a piece of the password (and errors then show it), and
 * the `<password>` of Atlas's example left in place. Throws `usage`; never quotes the string.
 */
export function checkMongoUri(uri: string): void {
  const [, authority = '', rest = ''] = /^mongodb(?:\+srv)?:\/\/([^/?#]*)(.*)$/s.exec(uri) ?? [];
  const withoutValues = rest.replace(/=[^&]*/g, '');
  if (authority.split('@').length > 2 || withoutValues.includes('@')) throw wrong(UNESCAPED);
  if (/[<>]/.test(authority)) {
    throw wrong({
      why: 'It still holds a placeholder like <password>.',
      fix: 'Put the password of the database user in its place, without < and >.',
    });
  }
}

/**
 * What the driver found wrong with a connection string, as `usage`. Shows no more of it than the name
 * of an option, and keeps no cause: the driver quotes what it takes for the user's name.
 */
export function explainMongoUri(error: unknown): IngestError {
  const message = error instanceof Error ? error.message : '';
  const option = /^options? ([A-Za-z, ]{1,80}) (?:is|are) not supported/.exec(message)?.[1];
  if (option !== undefined) {
    return wrong({ why: `MongoDB knows no option ${option}.`, fix: 'Correct or remove it.' });
  }
  return wrong(MISTAKES.find(({ pattern }) => pattern.test(message)) ?? UNKNOWN);
}

type Mistake = Readonly<{ why: string; fix: string }>;

function wrong({ why, fix }: Mistake): IngestError {
  return new IngestError('usage', { what: 'MONGODB_URI cannot be used', why, fix });
}

const UNESCAPED: Mistake = {
  why: 'Its password holds a character that has a meaning of its own there.',
  fix: PERCENT_ENCODE,
};

const UNKNOWN: Mistake = {
  why: 'The MongoDB driver does not understand it.',
  fix: 'Compare it with: mongodb://user:password@host:27017/movies?authSource=admin',
};

const MISTAKES: readonly (Mistake & Readonly<{ pattern: RegExp }>)[] = [
  {
    pattern: /Invalid scheme/,
    why: 'It is not a MongoDB connection string.',
    fix: 'It must start with mongodb:// or mongodb+srv://',
  },
  { pattern: /unescaped|malformed|Invalid connection string/, ...UNESCAPED },
  {
    pattern: /cannot have port/,
    why: 'mongodb+srv:// takes the ports from DNS.',
    fix: 'Remove the port, or write mongodb://',
  },
];
