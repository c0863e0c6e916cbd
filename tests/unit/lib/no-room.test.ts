import { describe, expect, test } from 'vitest';
import { noRoom, noRoomIn } from '../../../src/lib/no-room.ts';

const errno = (code: string, cause?: unknown) =>
  Object.assign(new Error(`${code}: it says`, { cause }), { code });

describe('no room (fault F15)', () => {
  test.each(['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'ENFILE'])('%s is known', (code) => {
    expect(noRoom(errno(code))).toMatchObject({ code, why: expect.stringMatching(/\.$/) });
  });

  test('also behind what a library made of it, and of its own cause', () => {
    expect(
      noRoom(new Error('no', { cause: new Error('no', { cause: errno('EDQUOT') }) })),
    ).toMatchObject({
      code: 'EDQUOT',
    });
    const ring = errno('EIO');
    ring.cause = ring;
    expect(noRoom(ring)).toBeUndefined();
  });

  test.each([[errno('EACCES')], [new Error('ENOSPC')], ['ENOSPC'], [undefined]])(
    'nothing else is taken for it: %s',
    (error) => expect(noRoom(error)).toBeUndefined(),
  );

  test.each([
    ['av_interleaved_write_frame(): No space left on device', 'ENOSPC'],
    ['[hls @ 0x5] Failed to open file: Disk quota exceeded', 'EDQUOT'],
    ['Error writing trailer of out.ts: File too large', 'EFBIG'],
    ['pipe:0: Too many open files', 'EMFILE'],
    ['x: Too many open files in system', 'ENFILE'],
  ])('a program says it in words: %s', (line, code) => {
    expect(noRoomIn(['frame=1', line, 'Conversion failed!'])?.code).toBe(code);
  });

  test('a film that is called so is not it', () => {
    expect(noRoomIn(['Input #0, mov, from no-space-left.mp4'])).toBeUndefined();
  });
});
