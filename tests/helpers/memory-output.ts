import { PassThrough } from 'node:stream';
import type { Output } from '../../src/ui/output.ts';

/** A stream that keeps what is written to it; with `columns` it says that it is a terminal. */
export function memoryOutput(
  terminal?: Readonly<{ columns: number; rows: number }>,
): Output & { text: () => string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return Object.assign(stream, {
    text: () => Buffer.concat(chunks).toString(),
    ...(terminal === undefined ? {} : { isTTY: true, ...terminal }),
  });
}
