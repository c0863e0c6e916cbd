import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNfo } from '../../../src/catalog/parse-nfo.ts';
import { readSidecar } from '../../../src/catalog/read-sidecar.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

/** A folder with these files; answers with what is read beside `film`. */
async function readBeside(files: Readonly<Record<string, string | Buffer>>, film = 'film.mp4') {
  const dir = makeTempDir('sidecar');
  for (const [name, content] of Object.entries({ [film]: '', ...files })) {
    writeFileSync(join(dir, name), content);
  }
  return readSidecar(join(dir, film));
}

const nfo = (inside: string) => `<?xml version="1.0"?>\n<movie>${inside}</movie>`;

describe('which sidecar counts', () => {
  test('none is no problem', async () => {
    expect(await readBeside({})).toStrictEqual({ warnings: [] });
  });

  test('the film’s own JSON, the folder’s JSON, the film’s NFO, the folder’s NFO, in this order', async () => {
    const files: Record<string, string> = {
      'film.movie.json': '{"title":"1"}',
      'movie.json': '{"title":"2"}',
      'film.nfo': nfo('<title>3</title>'),
      'movie.nfo': nfo('<title>4</title>'),
    };
    for (const title of ['1', '2', '3', '4']) {
      expect(await readBeside(files)).toStrictEqual({ sidecar: { title }, warnings: [] });
      delete files[Object.keys(files)[0] ?? ''];
    }
  });

  test('one that cannot be used leaves the place to the next', async () => {
    const { sidecar, warnings } = await readBeside({
      'film.movie.json': '{"title": ',
      'film.nfo': nfo('<title>From NFO</title>'),
    });
    expect(sidecar).toStrictEqual({ title: 'From NFO' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^film\.movie\.json is ignored: .*JSON/);
  });

  test('one for the folder is ignored, and said so, where the folder holds several films', async () => {
    const files = { 'other.mkv': '', 'movie.json': '{"title":"Which?"}', 'movie.nfo': nfo('') };
    expect(await readBeside(files)).toStrictEqual({
      warnings: [
        'movie.json is ignored: the folder holds several films; call it film.movie.json',
        'movie.nfo is ignored: the folder holds several films; call it film.nfo',
      ],
    });
    expect((await readBeside(files, 'movie.mp4')).sidecar).toStrictEqual({ title: 'Which?' });
    const resourceFork = { '._film.mp4': '', 'movie.json': '{"title":"Mine"}' };
    expect((await readBeside(resourceFork)).sidecar).toStrictEqual({ title: 'Mine' });
  });

  test('a sidecar in NFD belongs to the film in NFC', async () => {
    const files = { ['Bố Già.nfo'.normalize('NFD')]: nfo('<title>Dad</title>') };
    const { sidecar } = await readBeside(files, 'Bố Già.mp4'.normalize('NFC'));
    expect(sidecar).toStrictEqual({ title: 'Dad' });
  });

  test('no folder, no sidecar', async () => {
    expect(await readSidecar('/does/not/exist/film.mp4')).toStrictEqual({ warnings: [] });
  });
});

describe('a JSON sidecar', () => {
  test('gives every editorial field, cleaned', async () => {
    const fields = {
      title: 'Đất Rừng',
      description: 'Một cậu bé.',
      original_title: 'Đất',
      sort_title: 'Dat',
      tagline: 'Đi',
      year: 2023,
      genres: ['Drama'],
      countries: ['VN'],
      directors: ['Nguyễn Quang Dũng'],
      studios: ['HK'],
      cast: [{ name: 'Trấn Thành', role: 'Cha', order: 0 }, { name: 'An' }],
      ids: { tmdb: 680, imdb: 'tt0110912' },
      tags: ['tết'],
      language: 'vi',
    };
    const dirty = { ...fields, title: 'Đất\u001b[31m \n Rừng\u202E', $schema: 'x' };
    expect(await readBeside({ 'film.movie.json': JSON.stringify(dirty) })).toStrictEqual({
      sidecar: fields,
      warnings: [],
    });
  });

  test('a wrong or unknown field is named and left out; the others count', async () => {
    const json =
      '{"titel":"x","year":"2023","genres":["a",1],"ids":{"$where":"1"},"__proto__":{"a":1},"title":" ","tagline":"ok"}';
    const { sidecar, warnings } = await readBeside({ 'film.movie.json': json });
    expect(sidecar).toStrictEqual({ tagline: 'ok' });
    expect(warnings).toStrictEqual([
      'film.movie.json: unknown field "titel" is ignored',
      'film.movie.json: year: Invalid input: expected number, received string; the field is ignored',
      'film.movie.json: genres.1: Invalid input: expected string, received number; the field is ignored',
      expect.stringMatching(/^film\.movie\.json: ids\.\$where: .*; the field is ignored$/),
      'film.movie.json: unknown field "__proto__" is ignored',
      'film.movie.json: title: is empty; the field is ignored',
    ]);
  });

  test.each([['[]'], ['null'], ['"x"'], ['']])('%j is ignored with a warning', async (json) => {
    const { sidecar, warnings } = await readBeside({ 'film.movie.json': json });
    expect(sidecar).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  test('of more than 1 MiB is not read', async () => {
    const { warnings } = await readBeside({ 'film.movie.json': ' '.repeat(1024 * 1024 + 1) });
    expect(warnings).toStrictEqual(['film.movie.json is ignored: it is larger than 1 MiB']);
  });

  test('that is a folder or a pipe neither fails nor waits', async () => {
    const dir = makeTempDir('sidecar');
    mkdirSync(join(dir, 'movie.json'));
    execFileSync('mkfifo', [join(dir, 'film.nfo')]);
    const { warnings } = await readSidecar(join(dir, 'film.mp4'));
    expect(warnings).toStrictEqual([
      'movie.json is ignored: it is not a file',
      'film.nfo is ignored: it is not a file',
    ]);
  });
});

describe('an NFO', () => {
  test('of Kodi or Jellyfin gives its twelve fields', async () => {
    const xml = `\uFEFF<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- created > by <hand> -->
<movie>
  <plot><![CDATA[Hai người & một <con> đường.]]></plot>
  <title>Bố &amp; Gi&#224; &#x1F600;</title><originaltitle>Dad</originaltitle><sorttitle>Bo Gia</sorttitle>
  <tagline/><tagline>Tết</tagline><year> 2021 </year>
  <genre>Drama / Comedy</genre><genre>Family</genre><country>Vietnam</country>
  <director>Trấn Thành</director><studio>TT</studio>
  <uniqueid type="imdb" default="true">tt13366372</uniqueid><tmdbid>796185</tmdbid>
  <actor><name>Trấn Thành</name><role>Ba Sang</role><order>0</order><thumb>http://x</thumb></actor>
  <actor><name>Tuấn Trần</name></actor><actor><role>nobody</role></actor>
  <fileinfo><streamdetails><video><codec>h264</codec></video></streamdetails></fileinfo>
</movie>
https://www.themoviedb.org/movie/796185`;
    expect(await readBeside({ 'film.nfo': xml })).toStrictEqual({
      sidecar: {
        title: 'Bố & Già 😀',
        original_title: 'Dad',
        sort_title: 'Bo Gia',
        description: 'Hai người & một <con> đường.',
        tagline: 'Tết',
        year: 2021,
        genres: ['Drama', 'Comedy', 'Family'],
        countries: ['Vietnam'],
        directors: ['Trấn Thành'],
        studios: ['TT'],
        cast: [{ name: 'Trấn Thành', role: 'Ba Sang', order: 0 }, { name: 'Tuấn Trần' }],
        ids: { tmdb: 796185, imdb: 'tt13366372' },
      },
      warnings: [],
    });
  });

  test('may have an outline, a date, tags and the ids of old; ids that cannot be fields are passed over', async () => {
    const xml = nfo(
      '<title>x</title><outline>Short.</outline><year/><premiered>1994-09-10</premiered><tag>Noir</tag>' +
        '<id>tt0110912</id><uniqueid type="$where">1</uniqueid><uniqueid type="Set Name">2</uniqueid>' +
        `<uniqueid type="tvdb">3</uniqueid>${'<genre>g</genre>'.repeat(200)}`,
    );
    expect(await readBeside({ 'film.nfo': xml })).toStrictEqual({
      sidecar: {
        title: 'x',
        description: 'Short.',
        year: 1994,
        genres: Array.from({ length: 100 }, () => 'g'),
        tags: ['Noir'],
        ids: { imdb: 'tt0110912', tvdb: 3 },
      },
      warnings: [],
    });
  });

  test('in UTF-16 is read too', async () => {
    const bytes = Buffer.from(`\uFEFF${nfo('<title>Bố Già</title>')}`, 'utf16le');
    for (const content of [bytes, Buffer.from(bytes).swap16()]) {
      expect((await readBeside({ 'film.nfo': content })).sidecar).toStrictEqual({
        title: 'Bố Già',
      });
    }
  });

  test('in an encoding of before Unicode is read as it says, else by a guess that is told', async () => {
    const title = '<title>Amélie</title>';
    const said = `<?xml version="1.0" encoding="ISO-8859-1"?><movie>${title}</movie>`;
    expect(await readBeside({ 'film.nfo': Buffer.from(said, 'latin1') })).toStrictEqual({
      sidecar: { title: 'Amélie' },
      warnings: [],
    });
    expect(await readBeside({ 'film.nfo': Buffer.from(nfo(title), 'latin1') })).toMatchObject({
      sidecar: { title: 'Amélie' },
      warnings: ['film.nfo does not say how it is encoded: taken for windows-1252'],
    });
    const wrong = said.replace('ISO-8859-1', 'UTF-16');
    expect((await readBeside({ 'film.nfo': wrong })).sidecar).toStrictEqual({ title: 'Amélie' });
  });

  test('with the entities of HTML is read as it is meant', async () => {
    const xml = nfo('<title>Am&eacute;lie &ndash; L&#x27;&AElig;on &amp;amp;</title>');
    expect((await readBeside({ 'film.nfo': xml })).sidecar).toStrictEqual({
      title: "Amélie – L'Æon &amp;",
    });
  });

  test('in other capitals than the film belongs to it', async () => {
    const { sidecar } = await readBeside({ 'FILM.NFO': nfo('<title>x</title>') }, 'Film.mp4');
    expect(sidecar).toStrictEqual({ title: 'x' });
  });

  test('with entities of its own expands none of them', async () => {
    const bomb = `<!DOCTYPE movie [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>
      <movie><title>&a;&b;</title></movie>`;
    expect((await readBeside({ 'film.nfo': bomb })).sidecar).toStrictEqual({ title: '&a;&b;' });
  });

  test.each([
    ['a picture of a release group', '▄▄▄ GRP ▄▄▄ presents <<< film >>>'],
    ['a bare link', 'https://www.themoviedb.org/movie/1'],
    ['another kind', '<tvshow><title>x</title></tvshow>'],
    ['broken off', '<movie><title>x</title>'],
    ['badly nested', '<movie><title>x</movie></title>'],
    ['a comment without end', '<movie><!-- <title>x</title></movie>'],
    ['endless nesting', '<a>'.repeat(100_000)],
    ['empty', ''],
  ])('that is %s is ignored with a warning', async (_, text) => {
    expect(await readBeside({ 'film.nfo': text })).toStrictEqual({
      warnings: ['film.nfo is ignored: it is not a whole <movie> of Kodi or Jellyfin'],
    });
  });
});

test('whatever is in an NFO, what is taken of it is clean, and nothing is thrown', () => {
  const pieces = fc.constantFrom(
    ...[
      '<movie>',
      '</movie>',
      '<title>',
      '</title>',
      '<actor>',
      '<name>',
      '</name>',
      '</actor>',
      '<',
    ],
    ...[
      '<uniqueid type="',
      '">',
      '</uniqueid>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<!DOCTYPE x [',
      ']>',
    ],
    ...[
      '<!ENTITY a "&a;&a;">',
      '&a;',
      '&#0;',
      '&#x202e;',
      '&#99999999;',
      '__proto__',
      '$ne',
      '\u001b]8;;x',
    ],
    ...['<year>', '</year>', '1e9', '-1', '<genre>', '</genre>', ' / ', '"', "'", '/>', '<?', '?>'],
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const parsed = parseNfo('x.nfo', `<movie>${parts.join('')}</movie>`);
      expect(JSON.stringify(parsed ?? {})).not.toMatch(/[\u202a-\u202e]|\\u00[01]/);
      expect(
        Object.keys(parsed?.sidecar.ids ?? {}).every((name) => /^[a-z][a-z0-9_]*$/.test(name)),
      ).toBe(true);
    }),
    { numRuns: 500, seed: 4 },
  );
});
