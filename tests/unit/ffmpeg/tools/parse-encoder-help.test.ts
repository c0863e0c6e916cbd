import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEncoderHelp } from '../../../../src/ffmpeg/tools/parse-encoder-help.ts';

const help = (release: string) =>
  readFileSync(
    resolve(import.meta.dirname, `../../../fixtures/ffmpeg-help/h264_videotoolbox-${release}.txt`),
    'utf8',
  );

const SINCE_5_1 = [
  'profile',
  'level',
  'coder',
  'a53cc',
  'allow_sw',
  'require_sw',
  'realtime',
  'frames_before',
  'frames_after',
  'prio_speed',
];
const SINCE_6_1 = ['constant_bit_rate', 'max_slice_bytes', 'power_efficient', 'max_ref_frames'];

describe('the options that an encoder knows', () => {
  test.each([
    ['5.1', SINCE_5_1],
    ['6.1', [...SINCE_5_1, ...SINCE_6_1]],
    ['7.1', [...SINCE_5_1, ...SINCE_6_1]],
    ['8.1', [...SINCE_5_1, ...SINCE_6_1, 'spatial_aq']],
  ])('ffmpeg %s: what it lists, and no value of an option', (release, options) => {
    const parsed = parseEncoderHelp('h264_videotoolbox', help(release));
    expect([...(parsed ?? [])].sort()).toEqual([...options].sort());
  });

  test('an encoder that the build lacks is undefined, though ffmpeg exits 0', () => {
    const text = "Codec 'h264_videotoolbox' is not recognized by FFmpeg.\n";
    expect(parseEncoderHelp('h264_videotoolbox', text)).toBeUndefined();
  });

  test('help for another encoder is not taken for this one', () => {
    expect(parseEncoderHelp('libx264', help('8.1'))).toBeUndefined();
    expect(parseEncoderHelp('libx264', '')).toBeUndefined();
  });

  test('Windows line ends make no difference', () => {
    const text = help('8.1').replaceAll('\n', '\r\n');
    expect(parseEncoderHelp('h264_videotoolbox', text)).toContain('spatial_aq');
  });
});
