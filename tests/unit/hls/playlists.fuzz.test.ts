import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { printMasterPlaylist } from '../../../src/hls/master-playlist.ts';
import { printMediaPlaylist } from '../../../src/hls/media-playlist.ts';
import { listReferences, readRevision } from '../../../src/hls/read-playlist.ts';
import { hostileText, RUNS } from '../../helpers/hostile-text.ts';
import { parseMaster, parseMedia } from './parse-strictly.ts';

const container = fc.constantFrom('mpegts' as const, 'fmp4' as const);
const bandwidth = fc
  .tuple(fc.integer({ min: 1_000, max: 2 ** 40 }), fc.integer({ min: 1, max: 1_000 }))
  .map(([peak, less]) => ({ peak, average: peak - less }));

test('what is written is read back, by two other parsers and by our own', () => {
  const lengths = fc.array(fc.double({ min: 0.001, max: 10, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(lengths, container, (seconds, kind) => {
      const segments = seconds.map((durationSeconds, index) => ({
        file: `seg_${String(index).padStart(5, '0')}.ts`,
        durationSeconds,
      }));
      const text = printMediaPlaylist(segments, { targetSeconds: 10, container: kind });
      const read = parseMedia(text);
      expect(read.segments.map(({ uri }) => uri)).toEqual(segments.map(({ file }) => file));
      for (const [at, { duration }] of read.segments.entries()) {
        expect(duration).toBeCloseTo(seconds[at] ?? 0, 5);
      }
      expect(listReferences(text)).toEqual(
        expect.arrayContaining(segments.map(({ file }) => file)),
      );
    }),
    RUNS,
  );
});

test('whatever the tracks are called, a master stays one, and names nothing but its own revision', () => {
  const variant = fc.record({ bandwidth, codecs: fc.constant('avc1.64001f,mp4a.40.2') });
  const track = fc.record({
    label: hostileText,
    language: fc.constantFrom('en', 'vi', 'pt-BR', 'und'),
    channels: fc.constantFrom(1, 2),
  });
  fc.assert(
    fc.property(
      fc.array(variant, { minLength: 1, maxLength: 4 }),
      fc.array(track, { minLength: 1, maxLength: 5 }),
      container,
      (variants, tracks, kind) => {
        const text = printMasterPlaylist({
          revision: 'r-0123456789',
          container: kind,
          frameRate: { num: 24_000, den: 1_001 },
          video: variants.map((one, index) => ({
            ...one,
            name: `${index}p`,
            width: 640,
            height: 360,
            audioGroup: 'audio',
            iFrames: { bandwidth: one.bandwidth, codec: 'avc1.64001f' },
          })),
          audio: tracks.map((one, index) => ({
            ...one,
            name: `audio-${index}`,
            group: 'audio',
            sourceIndex: index,
            isDefault: index === 0,
            role: 'main',
          })),
        });
        expect(parseMaster(text).variants).toHaveLength(2 * variants.length); // and their key frames
        expect(readRevision(text)).toBe('r-0123456789');
        const references = listReferences(text);
        expect(
          references.filter((uri) => !/^r-0123456789\/[a-z0-9-]+\/[a-z]+\.m3u8$/.test(uri)),
        ).toEqual([]);
        expect(references.filter((uri) => uri.includes('/audio-'))).toHaveLength(tracks.length);
      },
    ),
    RUNS,
  );
});

test('any text at all is read, or refused with a reason', () => {
  const line = fc.oneof(
    hostileText,
    fc.constantFrom(
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXTINF:6,', 'seg.ts', '#EXT-X-ENDLIST', '#EXTINF:'],
      ...['#EXT-X-STREAM-INF:BANDWIDTH=1', '#EXT-X-STREAM-INF:', '#EXT-X-TARGETDURATION:6'],
      ...['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b",URI="../x"', '#EXT-X-KEY:METHOD=NONE'],
      ...[
        '#EXT-X-BYTERANGE:1@',
        '#EXT-X-MAP:URI="a"',
        '#EXT-X-DATERANGE:',
        '#EXT-X-I-FRAME-STREAM-INF',
      ],
    ),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      readRevision(text); // never throws
      try {
        listReferences(text);
      } catch (error) {
        expect(error).toBeInstanceOf(IngestError);
      }
    }),
    RUNS,
  );
});
