import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';

export type Command = Readonly<Record<string, unknown>>;
export type Reply = Readonly<Record<string, unknown>>;

export type ScriptedMongo = Readonly<{
  /** `mongodb://127.0.0.1:PORT/?directConnection=true`. */
  uri: string;
  port: number;
  /** All that arrived, in order, `hello` included; the first key is the command's name. */
  commands: readonly Command[];
  close(): Promise<void>;
}>;

/**
 * A server on 127.0.0.1 that speaks MongoDB's wire protocol and answers by a script: only for what a
 * real mongod cannot be made to say (Atlas's codes, an old version). `script` answers a command with a
 * reply, with 'hang up', or with undefined for the usual answer of an empty server.
 */
export async function startScriptedMongo(
  script: (name: string, command: Command) => Reply | 'hang up' | undefined,
): Promise<ScriptedMongo> {
  const commands: Command[] = [];
  const server = createServer((socket) => {
    readMessages(socket, ({ requestId, opCode, command }) => {
      commands.push(command);
      const name = Object.keys(command)[0] ?? '';
      const reply = script(name, command) ?? usualReply(name);
      if (reply === 'hang up') socket.destroy();
      else socket.write(encodeReply(requestId, opCode, reply));
    });
  });
  const { port, close } = await listen(server);
  return { uri: `mongodb://127.0.0.1:${port}/?directConnection=true`, port, commands, close };
}

/** Answers every connection with these bytes and ends it: `15 03 03 00 02 02 50` is a TLS alert. */
export async function startByteServer(
  bytes: readonly number[],
): Promise<Readonly<{ port: number; close(): Promise<void> }>> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from(bytes)));
    }),
  );
}

async function listen(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function usualReply(name: string): Reply {
  if (/^(hello|isMaster|ismaster)$/.test(name)) return HELLO;
  if (name === 'find') return { ok: 1, cursor: { id: 0n, ns: 'movies.movies', firstBatch: [] } };
  return { ok: 1, n: 0, nModified: 0 };
}

export const HELLO: Reply = {
  ok: 1,
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 17,
};

const OP_REPLY = 1;
const OP_QUERY = 2004; // the driver's very first hello
const OP_MSG = 2013;

type Message = Readonly<{ requestId: number; opCode: number; command: Command }>;

function readMessages(socket: Socket, onMessage: (message: Message) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 16 && pending.length >= pending.readInt32LE(0)) {
      const message = pending.subarray(0, pending.readInt32LE(0));
      pending = pending.subarray(message.length);
      const opCode = message.readInt32LE(12);
      const body = message.subarray(bodyOffset(message, opCode));
      const command = BSON.deserialize(body.subarray(0, body.readInt32LE(0)));
      onMessage({ requestId: message.readInt32LE(4), opCode, command });
    }
  });
}

/** OP_MSG: header, flags, kind byte. OP_QUERY: header, flags, name of a collection, skip, limit. */
function bodyOffset(message: Buffer, opCode: number): number {
  if (opCode === OP_MSG) return 21;
  return message.indexOf(0, 20) + 1 + 8;
}

function encodeReply(responseTo: number, opCode: number, reply: Reply): Buffer {
  const isLegacy = opCode === OP_QUERY;
  const body = Buffer.from(BSON.serialize(reply));
  // OP_REPLY: flags, cursor id (8), starting from, number returned. OP_MSG: flags, kind 0.
  const middle = Buffer.alloc(isLegacy ? 20 : 5);
  if (isLegacy) middle.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + middle.length + body.length, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(isLegacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, middle, body]);
}
