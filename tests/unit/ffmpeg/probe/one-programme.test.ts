import { expect, test } from 'vitest';
import { ProbedFile } from '../../../../src/ffmpeg/probe/ffprobe-output.ts';
import { oneProgramme } from '../../../../src/ffmpeg/probe/one-programme.ts';

const fileOf = (...programs: readonly (readonly number[])[]) =>
  ProbedFile.parse({
    format: { format_name: 'mpegts' },
    streams: [0, 1, 2, 3, 4].map((index) => ({ index })),
    programs: programs.map((streams) => ({ streams: streams.map((index) => ({ index })) })),
  });

const left = (file: ProbedFile, picture: number) =>
  oneProgramme(file, {
    ...file.streams[picture],
    index: picture,
  } as ProbedFile['streams'][number]).streams.map(({ index }) => index);

test.each([
  ['its own tracks, and those of no programme', fileOf([0, 1], [2, 3]), [2, 3, 4]],
  ['a track that two programmes share', fileOf([0, 1], [1, 2, 3]), [1, 2, 3, 4]],
  ['all of a file without programmes', fileOf(), [0, 1, 2, 3, 4]],
  ['all where its own picture is in none', fileOf([0, 1]), [0, 1, 2, 3, 4]],
])('a programme has %s', (_, file, expected) => {
  expect(left(file, 2)).toEqual(expected);
});
