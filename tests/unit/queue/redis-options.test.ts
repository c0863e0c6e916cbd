import { describe, expect, test } from 'vitest';
import { redisName, redisOptions } from '../../../src/queue/redis-options.ts';

describe('an address of Redis', () => {
  test('has a host, the usual port and the first database', () => {
    expect(redisOptions('redis://queue.local')).toMatchObject({
      host: 'queue.local',
      port: 6379,
      db: 0,
    });
  });

  test('may have a password alone, or a user of the ACL, percent-encoded', () => {
    expect(redisOptions('redis://:p%40ss%2Fw@h:7000/2')).toMatchObject({
      password: 'p@ss/w',
      port: 7000,
      db: 2,
    });
    expect(redisOptions('redis://:secret@h')).not.toHaveProperty('username');
    expect(redisOptions('redis://ingest:secret@h')).toMatchObject({
      username: 'ingest',
      password: 'secret',
    });
  });

  test('asks for TLS, for the name that the certificate has', () => {
    expect(redisOptions('rediss://queue.example.com:6380')).toMatchObject({
      tls: { servername: 'queue.example.com' },
    });
    expect(redisOptions('rediss://10.0.0.7')).toMatchObject({ tls: {} });
    expect(redisOptions('rediss://10.0.0.7').tls).not.toHaveProperty('servername');
    expect(redisOptions('redis://queue.example.com')).not.toHaveProperty('tls');
  });

  test('may be an IPv6 address', () => {
    expect(redisOptions('redis://[::1]:6379')).toMatchObject({ host: '::1' });
  });

  test('promise 8: is shown without user and password', () => {
    expect(redisName('rediss://ingest:secret@queue.example.com:6380/2')).toBe(
      'queue.example.com:6380/2',
    );
  });
});
