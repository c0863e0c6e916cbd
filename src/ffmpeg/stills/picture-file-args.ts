import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { IngestError } from '../../errors.ts';
import { MAX_PIXELS } from '../../model/settings.ts';

/** By their first bytes, never by their names. */
const KINDS: readonly Readonly<{ demuxer: string; isIt: (head: Buffer) => boolean }>[] = [
  { demuxer: 'jpeg_pipe', isIt: (head) => head.subarray(0, 3).equals(JPEG) },
  { demuxer: 'png_pipe', isIt: (head) => head.subarray(0, 8).equals(PNG) },
  {
    demuxer: 'webp_pipe',
    isIt: (head) =>
      head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP',
  },
];
const JPEG = Buffer.from('ffd8ff', 'hex');
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * The input side of an ffmpeg call that opens a picture of the user's, with the limits of `inputArgs`.
 * The demuxer is forced to what the bytes say: left to itself ffmpeg takes `poster%03d.jpg` for a
 * pattern (image2) and opens other files. Throws `usage` for anything but a JPEG, PNG or WebP file.
 */
export async function pictureFileArgs(path: string): Promise<readonly string[]> {
  const head = await readHead(path);
  const kind = KINDS.find(({ isIt }) => isIt(head));
  if (kind === undefined) {
    throw new IngestError('usage', {
      what: `${basename(path)} cannot be used as the poster`,
      why: 'It is not a JPEG, PNG or WebP picture, whatever its name says.',
      fix: 'Give --poster a picture of these kinds, a time such as 12:30, or leave it out.',
    });
  }
  return [
    ['-protocol_whitelist', 'file', '-format_whitelist', kind.demuxer],
    ['-max_pixels', String(MAX_PIXELS), '-f', kind.demuxer],
    ['-i', `file:${resolve(path)}`],
  ].flat();
}

async function readHead(path: string): Promise<Buffer> {
  const refuse = (why: string, cause?: unknown) =>
    new IngestError('usage', {
      what: `${basename(path)} cannot be used as the poster`,
      why,
      fix: 'Give --poster the path of a picture, a time such as 12:30, or leave it out.',
      cause,
    });
  // Non-blocking: opening a pipe that nobody writes to would wait for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      throw refuse(
        cause.code === 'ENOENT' ? 'There is no such file.' : `It cannot be read (${cause.code}).`,
        cause,
      );
    },
  );
  try {
    if (!(await file.stat()).isFile()) throw refuse('It is not a regular file.');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
