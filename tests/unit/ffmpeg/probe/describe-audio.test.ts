import { describe, expect, test } from 'vitest';
import { describeAudio } from '../../../../src/ffmpeg/probe/describe-audio.ts';
import { ProbedFile } from '../../../../src/ffmpeg/probe/ffprobe-output.ts';

const AAC = { codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };
const read = (...streams: readonly Record<string, unknown>[]) =>
  describeAudio(
    ProbedFile.parse({
      format: { format_name: 'matroska' },
      streams: streams.map((stream, index) => ({ index, ...AAC, ...stream })),
    }),
    0,
  );
const one = (stream: Record<string, unknown>) => read(stream).audio[0];

describe('what a sound track is for', () => {
  test.each([
    [{ disposition: { comment: 1 } }, 'commentary'],
    [{ disposition: { visual_impaired: 1 } }, 'description'],
    [{ disposition: { hearing_impaired: 1 } }, 'clear-speech'],
    [{ disposition: { clean_effects: 1 } }, 'no-speech'],
    [{ tags: { title: "Director's Commentary" } }, 'commentary'],
    [{ tags: { title: 'Audiokommentar' } }, 'commentary'],
    [{ tags: { title: 'Bình luận của đạo diễn' } }, 'commentary'],
    [{ tags: { title: 'English Audio Description' } }, 'description'],
    [{ tags: { title: 'English [AD]' } }, 'description'],
    [{ tags: { TITLE: 'Audiodescription' } }, 'description'],
    [{ tags: { title: 'Surround 5.1' } }, 'main'],
    [{ tags: { title: 'Thuyết minh' } }, 'main'],
    [{}, 'main'],
  ])('%j is %s', (stream, role) => expect(one(stream)?.role).toBe(role));
});

describe('its language', () => {
  test.each([
    [{ tags: { language: 'vie' } }, 'vi'],
    [{ tags: { LANGUAGE: 'por-BR' } }, 'pt-BR'],
    [{ tags: { language: 'und', title: 'Tiếng Việt' } }, 'vi'],
    [{ tags: { title: 'French' } }, 'fr'],
    [{ tags: { language: 'eng', title: 'Tiếng Việt' } }, 'en'],
    [{ tags: { title: 'Stereo' } }, 'und'],
  ])('%j is %s', (stream, language) => expect(one(stream)?.language).toBe(language));
});

test('a layout that is not known is not one', () => {
  expect(one({ channels: 6, channel_layout: 'unknown' })).not.toHaveProperty('channelLayout');
  expect(one({ channels: 6, channel_layout: '5.1' })).toHaveProperty('channelLayout', '5.1');
});

test('a track that lasts no time is none, one that does not say how long it is may be', () => {
  const { audio, audioLeftOut } = read({ duration: '0.000000' }, {});
  expect(audio.map(({ index }) => index)).toEqual([1]);
  expect(audioLeftOut).toMatchObject([{ index: 0, why: 'it is empty' }]);
});

test('tracks that cannot be decoded are kept by name and reason', () => {
  const { audio, audioLeftOut } = read(
    {},
    { codec_name: undefined, codec_tag_string: 'ac-4', tags: { language: 'eng' } },
    { channels: 0 },
  );
  expect(audio.map(({ index }) => index)).toEqual([0]);
  expect(audioLeftOut).toEqual([
    { index: 1, codec: 'ac-4', language: 'en', why: 'this ffmpeg does not know its codec' },
    { index: 2, codec: 'aac', language: 'und', why: 'there is no sound in it that can be read' },
  ]);
});
