import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser, SMALL, type User } from '../helpers/new-user.ts';
import { runMain } from '../helpers/run-cli.ts';
import { skipLoudly } from '../helpers/skip-loudly.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { hasPart } from '../helpers/tested-ffmpeg.ts';
import { locate } from '../servers/locate.ts';

const dir = makeTempDir('films');
const [ffmpeg, ffprobe] = [await locate('ffmpeg-9'), await locate('ffprobe-8')];
if (ffmpeg.path === undefined) skipLoudly('VMAF: there is no ffmpeg with libvmaf');

/** Somebody whose ffmpeg has libvmaf. */
const reporter = () =>
  newUser({
    MOVIE_INGEST_PRESET: SMALL,
    MOVIE_INGEST_COPY: '',
    MOVIE_INGEST_STATE_DIR: makeTempDir('state'),
    MOVIE_INGEST_FFMPEG: ffmpeg.path ?? '',
    MOVIE_INGEST_FFPROBE: ffprobe.path ?? '',
  });

async function add(film: string, args: readonly string[], user: User) {
  const run = await runMain(['add', film, '--json', '--slug', 'film', ...args], user);
  expect(run.exitCode, run.stdout).toBe(0);
  const document = JSON.parse(readFileSync(join(user.library, 'catalog/film.json'), 'utf8'));
  return { run, document };
}

type Rendition = { name: string; quality?: { vmaf: number; vmaf_p5: number } };

describe.skipIf(ffmpeg.path === undefined)('--report-quality', () => {
  // One picture off, and these fall below 60.
  test.each([
    ['at 23.976 in Matroska', { name: 'a.mkv', rate: '24000/1001' }, ['--no-copy'], 2],
    ['in a transport stream', { name: 'b.ts', rate: '25' }, ['--no-copy'], 2],
    [
      'beside a copied rung',
      { name: 'c.mp4', videoArgs: ['-profile:v', 'main', '-g', '48', '-sc_threshold', '0'] },
      [],
      1,
    ],
  ])('pairs each picture with its own: a film %s', async (_, clip, args, rungs) => {
    const film = await makeClip({ dir, width: 320, height: 180, seconds: 13, ...clip });
    const { run, document } = await add(film, ['--report-quality', ...args], reporter());
    const [event] = eventsOfType(run, 'quality');
    expect(event?.renditions).toHaveLength(rungs);
    const measured = document.renditions.filter(({ quality }: Rendition) => quality !== undefined);
    expect(measured.map(({ name }: Rendition) => name)).toEqual(
      event?.renditions.map(({ name }) => name),
    );
    for (const { quality } of measured) {
      expect(quality.vmaf).toBeGreaterThanOrEqual(80);
      expect(quality.vmaf).toBeLessThanOrEqual(100);
      expect(quality.vmaf_p5).toBeLessThanOrEqual(quality.vmaf);
    }
  });
});

describe('--report-quality where nothing can be measured', () => {
  let film: string;
  beforeAll(async () => {
    film = await makeClip({ dir, name: 'small.mp4', width: 160, height: 90, seconds: 2 });
  });

  test('an ffmpeg without libvmaf: said before the encode, and the film is in all the same', async () => {
    if (await hasPart('filters', 'libvmaf')) return skipLoudly('an ffmpeg without libvmaf');
    const { run, document } = await add(film, ['--report-quality'], newUser());
    const [warning] = eventsOfType(run, 'warning');
    expect(warning?.message).toContain('this ffmpeg has no libvmaf');
    expect(warning?.fix).toContain('MOVIE_INGEST_FFMPEG');
    expect(eventsOfType(run, 'quality')).toEqual([]);
    expect(document.renditions.some(({ quality }: Rendition) => quality !== undefined)).toBe(false);
  });

  test('a film that is in already: said, with what would measure it', async () => {
    const user = newUser();
    await add(film, [], user);
    const { run } = await add(film, ['--report-quality'], user);
    expect(eventsOfType(run, 'result')).toMatchObject([{ outcome: 'unchanged' }]);
    const told = eventsOfType(run, 'warning').map(({ fix }) => fix);
    expect(told).toEqual(['With --force it is encoded again.']);
  });
});
