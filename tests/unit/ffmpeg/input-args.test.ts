import { describe, expect, test } from 'vitest';
import { inputArgs, sourceArgs } from '../../../src/ffmpeg/input-args.ts';
import type { Source } from '../../../src/model/source.ts';

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

  test('a stream in which a track begins late is looked at for longer, any other film is not', () => {
    const video = { codedWidth: 640, codedHeight: 360 } as Source['video'];
    const args = ['-analyzeduration', '100M', '-probesize', '100M'];
    expect(sourceArgs({ path: 'a.ts', video, beginsLate: true }).slice(0, 4)).toEqual(args);
    expect(sourceArgs({ path: 'a.ts', video })).toEqual(inputArgs('a.ts'));
  });
});
