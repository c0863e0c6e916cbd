import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type ForgetfulMongo = Readonly<{
  port: number;
  /** Writes whose answer was lost so far. */
  lost(): number;
  stop(): Promise<void>;
}>;

/** As BSON has it: the command, with the name of its collection. */
const WRITE_OF_A_FILM = 'findAndModify\0\x07\0\0\0movies\0';

/**
 * A way to a real mongod that loses the acknowledgement of the first write of a document: the
 * server has done it, and both connections end before its answer comes through.
 */
export async function startForgetfulMongo(
  target: Readonly<{ port: number }>,
): Promise<ForgetfulMongo> {
  const sockets = new Set<Socket>();
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(target.port, '127.0.0.1');
    let isWriting = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (bytes) => {
      isWriting = lost === 0 && bytes.includes(WRITE_OF_A_FILM);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isWriting) return void client.write(bytes);
      lost += 1;
      end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    lost: () => lost,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
