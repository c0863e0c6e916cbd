import { expect, test } from 'vitest';
import { describeSubtitles } from '../../../../src/ffmpeg/probe/describe-subtitles.ts';
import { ProbedFile } from '../../../../src/ffmpeg/probe/ffprobe-output.ts';

test('WebVTT and TTML in MP4, which ffmpeg takes for data, are told as subtitles that cannot be read', () => {
  const data = (index: number, tag: string) => ({
    index,
    codec_type: 'data',
    codec_name: 'unknown',
    codec_tag_string: tag,
    tags: { language: 'vie' },
  });
  const probed = ProbedFile.parse({
    streams: [data(1, 'wvtt'), data(2, 'stpp'), data(3, 'tmcd'), data(4, 'gpmd')],
    format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2' },
  });
  expect(describeSubtitles(probed)).toMatchObject([
    { index: 1, codec: 'wvtt', kind: 'other', language: 'vi' },
    { index: 2, codec: 'stpp', kind: 'other', language: 'vi' },
  ]);
});
