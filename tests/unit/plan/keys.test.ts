import { expect, test } from 'vitest';
import { keys, objectHeaders } from '../../../src/plan/keys.ts';

test('what players read below a revision is cached for ever', () => {
  const prefix = keys.revision('film', 'r-0123456789');
  for (const [file, type] of [
    ['720p/seg_00001.ts', 'video/mp2t'],
    ['720p/index.m3u8', 'application/vnd.apple.mpegurl'],
  ]) {
    expect(objectHeaders(`${prefix}${file}`)).toEqual({
      contentType: type,
      cacheControl: 'public, max-age=31536000, immutable',
    });
  }
});

test('the master is asked for again within a minute: it is the switch', () => {
  expect(objectHeaders(keys.master('film'))).toEqual({
    contentType: 'application/vnd.apple.mpegurl',
    cacheControl: 'public, max-age=60, s-maxage=60',
  });
});

test('the manifest is asked for anew each time: it keeps up with the document', () => {
  expect(objectHeaders(keys.manifest('film', 'r-0123456789'))).toEqual({
    contentType: 'application/json',
    cacheControl: 'no-cache',
  });
});

test('the poster may change within a day', () => {
  expect(objectHeaders(keys.poster('film'))).toEqual({
    contentType: 'image/jpeg',
    cacheControl: 'public, max-age=86400',
  });
});

test('an object of a kind that nobody planned is a fault of ours', () => {
  expect(() => objectHeaders('videos/film/x.exe')).toThrow('no content type');
});
