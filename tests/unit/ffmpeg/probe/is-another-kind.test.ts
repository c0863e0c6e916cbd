import { expect, test } from 'vitest';
import { isAnotherKind } from '../../../../src/ffmpeg/probe/is-another-kind.ts';

test.each([
  ['a playlist with a byte order mark', '\ufeff#EXTM3U\n#EXTINF:4,\n/etc/passwd\n'],
  ['an MPD', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['a page of an error', '<!DOCTYPE html>\n<title>404 – không tìm thấy</title>'],
  ['a text that is cut within a letter', Buffer.from('Đất').subarray(0, 3)],
  ['an archive', 'PK\u0003\u0004\u0014\u0000\u0000\u0000'],
  ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
])('%s is no media container', (_, start) => {
  expect(isAnotherKind(Buffer.from(start))).toBe(true);
});

test.each([
  ['an MP4', Buffer.from('\u0000\u0000\u0000\u0020ftypisom', 'latin1')],
  ['Matroska', Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x93])],
  ['MPEG-TS', Buffer.from([0x47, 0x40, 0x11, 0x10, 0])],
  ['a hole of zeros', Buffer.alloc(64)],
  ['nothing', Buffer.alloc(0)],
])('%s may be a damaged film', (_, start) => {
  expect(isAnotherKind(start)).toBe(false);
});
