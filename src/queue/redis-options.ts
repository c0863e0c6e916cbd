import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';

/**
 * What an address says. Host, user and password are taken apart here and not by the client, which takes
 * what it cannot read for the path of a socket. Names itself, so that an operator sees who is connected.
 */
export function redisOptions(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1) || 0),
    ...(username === '' ? {} : { username: decoded(username) }),
    ...(password === '' ? {} : { password: decoded(password) }),
    // An address is no name: TLS sends none then, and looks for it in the certificate all the same.
    ...(protocol === 'rediss:' ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    connectTimeout: 5_000,
    keepAlive: 10_000,
    connectionName: 'movie-ingest',
  };
}

/** `127.0.0.1:6379`, `queue.example.com:6380/2`: for people, without user and password. */
export function redisName(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 6379}${pathname.length > 1 ? pathname : ''}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
