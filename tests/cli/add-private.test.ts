import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = makeTempDir('private');
let film: string;

/** What phones, cameras and editors leave in a film; each value is found again by its own word. */
const TAGS = {
  location: '+10.7769+106.7009/ ptag-place',
  'com.apple.quicktime.location.ISO6709': '+10.7769+106.7009+012.000/ ptag-iso6709',
  'com.apple.quicktime.make': 'ptag-make',
  'com.apple.quicktime.model': 'ptag-model',
  'com.apple.quicktime.creationdate': '2019-01-01T00:00:00 ptag-date',
  comment: 'ptag-comment',
  encoder: 'ptag-encoder',
  artist: 'ptag-artist',
};

/** As an encoder's settings lie in the picture itself (SEI), which a copy would take along. */
const IN_THE_PICTURE = '086f3693-b7b3-4f2c-9653-21492feee5b8+ptag-sei';

beforeAll(async () => {
  const videoArgs = ['-profile:v', 'high', '-g', '48', '-sc_threshold', '0'];
  const plain = await makeClip({
    dir,
    name: 'plain.mp4',
    width: 320,
    height: 180,
    videoArgs,
    title: 'Holiday',
  });
  film = join(dir, 'film.mov');
  await runFfmpeg([
    ...['-i', plain, '-map', '0', '-c', 'copy', '-movflags', 'use_metadata_tags'],
    ...['-bsf:v', `h264_metadata=sei_user_data=${IN_THE_PICTURE}`],
    ...Object.entries(TAGS).flatMap(([name, value]) => ['-metadata', `${name}=${value}`]),
    ...['-metadata:s:v:0', 'handler_name=ptag-handler', '-timecode', '01:02:03:04', film],
  ]);
});

/** Every file of the library that has one of the words in it, with the words. */
function leaksOf({ library }: User): readonly string[] {
  return readdirSync(library, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
      const words = text.match(/ptag-\w+|10\.7769/g) ?? [];
      return words.map((word) => `${entry.name}: ${word}`);
    });
}

describe('promise 8: where, when and with what a film was made stays with its owner', () => {
  test('the film of this test has it all', () => {
    const words = new Set(
      readFileSync(film)
        .toString('latin1')
        .match(/ptag-\w+/g),
    );
    expect([...words]).toEqual(
      expect.arrayContaining(['ptag-iso6709', 'ptag-model', 'ptag-sei', 'ptag-comment']),
    );
  });

  test.each([
    ['encoded', {}, []],
    ['copied', { MOVIE_INGEST_COPY: 'auto', MOVIE_INGEST_PRESET: SMALL }, ['180p', 'audio-en']],
    ['in fragmented MP4', { MOVIE_INGEST_PRESET: 'fmp4' }, []],
    ['copied into fragmented MP4', { MOVIE_INGEST_COPY: 'auto', MOVIE_INGEST_PRESET: 'fmp4' }, []],
  ])('%s', async (_, env, copied) => {
    const user = newUser(env);
    const { exitCode, stderr } = await runMain(['add', film, '--slug', 'holiday'], user);
    expect(exitCode, stderr).toBe(0);
    const document = readFileSync(join(user.library, 'catalog/holiday.json'), 'utf8');
    expect(document).toContain('"title": "Holiday"');
    const { renditions, audio_tracks } = JSON.parse(document);
    const taken = [...renditions, ...audio_tracks].filter((it) => it.copied === true);
    if (copied.length > 0) expect(taken.length).toBe(copied.length);
    expect(leaksOf(user)).toEqual([]);
  });
});
