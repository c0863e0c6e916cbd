import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/lib/redact.ts';

const SECRET = 'p@ss/w+rd "x" ñ&=';

describe('promise 8: createRedactor leaves no form of a secret in a text', () => {
  const redact = createRedactor([SECRET, 'AKIAIOSFODNN7EXAMPLE']);

  it.each([
    ['as it stands', SECRET],
    ['in a URL', encodeURIComponent(SECRET)],
    [
      'in a URL with small hex digits',
      encodeURIComponent(SECRET).replace(/%../g, (x) => x.toLowerCase()),
    ],
    ['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['a key id', 'AKIAIOSFODNN7EXAMPLE'],
  ])('%s', (_, form) => {
    expect(redact(`before ${form} after ${form}`)).toBe('before *** after ***');
  });

  it.each(['', 'u', 'us', 'usr', 'user:', 'ingest:'])('in base64 behind %j', (before) => {
    const text = Buffer.from(`${before}${SECRET}`).toString('base64');
    const middle = Buffer.from(SECRET.slice(2, -4)).toString('base64').slice(1, -3);
    const redacted = redact(`Authorization: Basic ${text}`);
    expect(redacted).toContain('***');
    expect(redacted).not.toContain(middle);
    expect(Buffer.from(redacted.split(' ')[2] ?? '', 'base64').toString()).not.toContain('w+rd');
  });

  it('in base64url', () => {
    const secret = '\u00fb\u00ff\u00fe-long-enough';
    const form = Buffer.from(secret).toString('base64url');
    expect(form).toMatch(/[-_]/);
    expect(createRedactor([secret])(form).length).toBeLessThan(8);
  });

  it('never misses the plain secret, whatever stands around it', () => {
    const secrets = fc.string({ minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'***'.includes(secret) && !`${before}${after}***`.includes(secret));
        const redacted = createRedactor([secret])(`${before} ${secret} ${after}`);
        return !redacted.includes(secret);
      }),
    );
  });
});

describe('createRedactor', () => {
  it.each([
    ['mongodb://ingest:secret@host:27017/db', 'mongodb://ingest:***@host:27017/db'],
    [
      'mongodb+srv://u:a@b@cluster0.abc.mongodb.net/x?y=z',
      'mongodb+srv://u:***@cluster0.abc.mongodb.net/x?y=z',
    ],
    ['mongodb://u:pa/ss?w@host', 'mongodb://u:***@host'],
    ['https://:token@example.com', 'https://:***@example.com'],
    ['{"a":"redis://u:p@h","b":"x@y"}', '{"a":"redis://u:***@h","b":"x@y"}'],
    ['mongodb://host:27017/db', 'mongodb://host:27017/db'],
    ['write to a:b@c', 'write to a:b@c'],
  ])('takes the password out of %s without being told it', (text, expected) => {
    expect(createRedactor([])(text)).toBe(expected);
  });

  it('changes nothing in a text without secrets', () => {
    const text = 'Đất Rừng Phương Nam 100 % (.*) $& \\1';
    expect(createRedactor(['(.*)x', 'secret'])(text)).toBe(text);
  });

  it('takes the longer of two secrets that begin alike', () => {
    expect(createRedactor(['pass', 'password1'])('password1 pass')).toBe('*** ***');
  });

  it('leaves secrets of fewer than 4 characters alone, which would shred every text', () => {
    expect(createRedactor(['', 'a', 'abc'])('a cab abc')).toBe('a cab abc');
  });

  it('changes nothing the second time', () => {
    const redact = createRedactor(['secret']);
    const once = redact('mongodb://u:secret@h secret');
    expect(redact(once)).toBe(once);
  });
});
