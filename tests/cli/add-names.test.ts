import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeClip } from '../helpers/make-clip.ts';
import { newUser } from '../helpers/new-user.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { type TracedResult, traceCli } from '../helpers/trace-cli.ts';

/** Names that mean something to a shell, to ffmpeg, to a terminal or to a URL, and their slugs. */
const NAMES: readonly (readonly [name: string, slug: string])[] = [
  ['Phim Việt – “Đất rừng” (2023).mp4', 'phim-viet-dat-rung-2023'],
  ['Người Bất Tử.mp4'.normalize('NFD'), 'nguoi-bat-tu'],
  ['with space.mp4', 'with-space'],
  [' leading space.mp4', 'leading-space'],
  ['-i.mp4', 'i'],
  ['-version.mp4', 'version'],
  ['clip:1.mp4', 'clip-1'],
  ['http:x.mp4', 'http-x'],
  ['concat:a|b.mp4', 'concat-a-b'],
  ['100%.mp4', '100'],
  ['a%03d.mp4', 'a-03d'],
  ['[x]*?.mp4', 'x'],
  ["O'Brien & Sons; $(touch PWNED) `touch PWNED`.mp4", 'o-brien-and-sons-touch-pwned-touch-pwned'],
  ['new\nline.mp4', 'new-line'],
  ['esc\u001b[31mred.mp4', 'escred'],
  ['rtl\u202e4pm.mp4', 'rtl4pm'],
  ['#hash?q=1&b=2.mp4', 'hash-q-1-and-b-2'],
  ['UPPER.MP4', 'upper'],
  ['no-extension', 'no-extension'],
  ['emoji-🎬🍿.mp4', 'emoji'],
  ['🎬🍿.mp4', 'movie-'],
  [`${'x'.repeat(246)}.mp4`, 'x'.repeat(80)],
];

/** What some of those names would mean to somebody who read more into them; nobody asked for these. */
const DECOYS = ['1.mp4', 'x.mp4', 'a', 'b.mp4', 'a|b.mp4', 'a001.mp4', 'xab.mp4', 'i.mp4'];

describe('films with difficult names', () => {
  const dir = makeTempDir('names');
  const user = newUser();
  let result: TracedResult;

  beforeAll(async () => {
    const small = { width: 160, height: 90, seconds: 0.5, audio: [] };
    const clip = readFileSync(await makeClip({ dir: makeTempDir('clip'), ...small }));
    for (const [index, name] of [...NAMES.map(([it]) => it), ...DECOYS].entries()) {
      // Different content each: an MP4 may end with a box that nobody reads.
      const box = Buffer.from(`\0\0\0\u0010free${String(index).padStart(8, '0')}`, 'latin1');
      writeFileSync(join(dir, name), Buffer.concat([clip, box]));
    }
    const names = NAMES.map(([name]) => name);
    result = await traceCli(['add', '--', ...names], { env: user.env, cwd: dir });
  });

  test('are all in, each under a safe slug', () => {
    expect(result.exitCode, result.stderr).toBe(0);
    const slugs = result.stdout.split('\n').map((url) => url.split('/').at(-2) ?? '');
    expect(slugs.slice(0, -1)).toEqual(
      NAMES.map(([, slug]) =>
        slug === 'movie-' ? expect.stringMatching(/^movie-[0-9a-f]{8}$/) : slug,
      ),
    );
    expect(user.published()).toHaveLength(NAMES.length);
    expect(user.documents()).toEqual(user.published());
  });

  test('keys in the store are made of a-z, 0-9, hyphens, dots and underscores', () => {
    const media = join(user.library, 'media');
    const keys = readdirSync(media, { recursive: true, encoding: 'utf8' });
    expect(keys.length).toBeGreaterThan(NAMES.length);
    for (const key of keys) expect(key).toMatch(/^[a-z0-9\-._/]+$/);
  });

  test('no shell saw them', () => {
    for (const place of [dir, user.home, user.workDir]) {
      expect(existsSync(join(place, 'PWNED'))).toBe(false);
    }
  });

  test('no other film was opened, and nobody was called', () => {
    const inDir = result.opened.filter((path) => path.includes(`${dir}/`));
    if (result.isTraced) expect(new Set(inDir).size).toBeGreaterThanOrEqual(NAMES.length);
    for (const decoy of DECOYS)
      expect(inDir.filter((path) => path.endsWith(`/${decoy}`))).toEqual([]);
    expect(result.opened.filter((path) => DECOYS.includes(path))).toEqual([]);
    expect(result.called).toEqual([]);
  });

  test('nothing of them steers the terminal, and no line of the log is broken by one', () => {
    const { stderr } = result;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z /);
  });

  test('titles are what people would write', () => {
    const titleOf = (slug: string) =>
      JSON.parse(readFileSync(join(user.library, 'catalog', `${slug}.json`), 'utf8')).title;
    expect(titleOf('phim-viet-dat-rung-2023')).toBe('Phim Việt – “Đất rừng”');
    expect(titleOf('nguoi-bat-tu')).toBe('Người Bất Tử');
    expect(titleOf('new-line')).toBe('new line');
  });
});
