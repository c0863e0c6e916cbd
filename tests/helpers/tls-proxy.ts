import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { execa } from 'execa';
import { makeTempDir } from './temp-dir.ts';

export type TlsProxy = Readonly<{
  port: number;
  /** File of the authority that its certificate needs: nobody else signed it. */
  caFile: string;
  stop: () => Promise<void>;
}>;

/** Speaks TLS for a server of this machine that speaks none, as stunnel does, for 127.0.0.1 and localhost. */
export async function startTlsProxy(targetPort: number): Promise<TlsProxy> {
  const dir = makeTempDir('tls');
  const [keyFile, caFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', keyFile],
    ...['-out', caFile],
  ]);
  const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(caFile) });
  server.on('secureConnection', (client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.on('tlsClientError', () => {}); // who does not trust it goes away in the middle
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    caFile,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
