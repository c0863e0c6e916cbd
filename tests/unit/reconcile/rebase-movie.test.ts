import { expect, test } from 'vitest';
import { rebaseMovie } from '../../../src/reconcile/rebase-movie.ts';
import { makeMovie } from '../../contract/catalog-movie.ts';

const here = { kind: 'r2', bucket: 'movies', publicBaseUrl: 'https://media.example.com' } as const;

test('a film that is told from here stays as it is', () => {
  const movie = makeMovie();
  expect(rebaseMovie(movie, here)).toEqual({ movie, fields: 0 });
});

test('every URL below the old address begins with the new one, and nothing else changes', () => {
  const movie = makeMovie();
  const there = {
    kind: 's3',
    bucket: 'other',
    publicBaseUrl: 'https://cdn.example.org/x',
  } as const;
  const { movie: moved, fields } = rebaseMovie(movie, there);
  expect(fields).toBe(7);
  expect(moved.pipeline).toMatchObject({
    hls_url: 'https://cdn.example.org/x/videos/phim-01/master.m3u8',
    thumbnail_url: 'https://cdn.example.org/x/posters/phim-01.jpg',
    storage: { provider: 's3', bucket: 'other', public_base_url: 'https://cdn.example.org/x' },
    source: movie.pipeline.source,
  });
  expect(JSON.stringify(moved)).not.toContain('media.example.com');
  expect(rebaseMovie(moved, here)).toEqual({ movie, fields: 7 });
});

test('a folder has no bucket; an address that only begins alike is another', () => {
  const other = makeMovie({ pipeline: { thumbnail_url: 'https://media.example.com.evil/x.jpg' } });
  const folder = { kind: 'folder', bucket: undefined, publicBaseUrl: 'http://127.0.0.1' } as const;
  const { movie } = rebaseMovie(other, folder);
  expect(movie.pipeline.storage).not.toHaveProperty('bucket');
  expect(movie.pipeline.thumbnail_url).toBe('https://media.example.com.evil/x.jpg');
});
