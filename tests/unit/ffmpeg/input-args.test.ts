import { describe, expect, test } from 'vitest';
import { inputArgs } from '../../../src/ffmpeg/input-args.ts';

describe('how a film is opened', () => {
  test('whitelists and pixel limit, then an absolute path behind file:', () => {
    expect(inputArgs('/films/Alien: Romulus (100%d).mp4')).toEqual([
      '-protocol_whitelist',
      'file',
      '-format_whitelist',
      'mov,matroska,mpegts,avi,flv,mpeg,asf,mxf,ogg',
      '-max_pixels',
      '35651584',
      '-i',
      'file:/films/Alien: Romulus (100%d).mp4',
    ]);
  });

  test.each(['-i.mp4', 'concat:a|b', 'http:x.mp4', 'pipe:0', '\n.mp4'])(
    'the name %j stays a name',
    (name) => {
      expect(inputArgs(name).at(-1)).toBe(`file:${process.cwd()}/${name}`);
    },
  );
});
