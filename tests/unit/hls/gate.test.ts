import { describe, expect, test } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import type { ScannedSegment } from '../../../src/hls/collect-renditions.ts';
import { type GatedPackage, gate } from '../../../src/hls/gate.ts';
import { measureBandwidth } from '../../../src/lib/bandwidth.ts';

import type { SegmentFacts } from '../../../src/model/segment.ts';
import {
  ENGLISH,
  type GridPlan,
  planOf,
  SPS_OF,
  segmentsOf,
  shifted,
  withFacts,
} from './film-facts.ts';

const REVISION = 'r-0123456789';

function pass(
  plan: GridPlan,
  segments: readonly ScannedSegment[] = segmentsOf(plan),
): GatedPackage {
  return gate({ plan, segments, revision: REVISION });
}

function refusal(segments: readonly ScannedSegment[], plan = planOf()): IngestError {
  try {
    pass(plan, segments);
  } catch (error) {
    if (error instanceof IngestError) return error;
    throw error;
  }
  throw new Error('the gate let it pass');
}

describe('a film that is as planned', () => {
  test('passes, with a playlist for each rendition and the master', () => {
    const plan = planOf();
    const result = pass(plan);
    expect(result.warnings).toEqual([]);
    expect(result.playlists.map(({ path }) => path)).toEqual([
      '360p/index.m3u8',
      '720p/index.m3u8',
      'audio-en/index.m3u8',
      '360p/iframe.m3u8',
      '720p/iframe.m3u8',
    ]);
    expect(result.renditions.map(({ name, segments }) => [name, segments.length])).toEqual([
      ['360p', 4],
      ['720p', 4],
      ['audio-en', 4],
    ]);
    expect(result.durationSeconds).toBeCloseTo(20, 9);
    expect(result.bytes).toBe(2 * 188 * (4000 + 6) + 4 * 188 * 100);
    expect(result.variants[1]).toMatchObject({
      name: '720p',
      width: 320,
      height: 180,
      segments: 4,
    });
    expect(result.variants[1]?.codecs).toBe('avc1.64000d,mp4a.40.2');
  });

  test('passes in whatever order its segments come', () => {
    const plan = planOf();
    expect(pass(plan, segmentsOf(plan).reverse())).toEqual(pass(plan));
  });

  test.each([
    [24000, 1001],
    [25, 1],
    [30000, 1001],
    [60000, 1001],
  ])('passes at %d/%d frames a second', (num, den) => {
    const gopFrames = Math.round((2 * num) / den);
    const grid = { frameRate: { num, den }, gopFrames, segmentFrames: 3 * gopFrames };
    const frames = 500;
    const base = planOf({ grid });
    const plan = { ...base, source: { ...base.source, durationMs: (frames * den * 1000) / num } };
    expect(pass(plan).durationSeconds).toBeCloseTo((frames * den) / num, 4);
  });

  test('passes when it is longer than the 26.5 hours that time stamps can count', () => {
    const grid = { frameRate: { num: 1, den: 1 }, gopFrames: 2, segmentFrames: 6 };
    const base = planOf({ grid, audio: [] });
    const plan = { ...base, source: { ...base.source, durationMs: 27 * 3_600_000 } };
    expect(pass(plan).durationSeconds).toBeCloseTo(27 * 3600, 3);
  });

  test('has the bandwidth of its picture and its largest sound together', () => {
    const quiet = { ...ENGLISH, name: 'audio-vi', isDefault: false };
    const plan = planOf({ audio: [quiet, ENGLISH] });
    const segments = segmentsOf(plan).map((item) =>
      item.rendition === 'audio-vi' ? { ...item, facts: { ...item.facts, bytes: 188 } } : item,
    );
    const silent = pass(planOf({ audio: [] })).variants;
    const { variants, renditions } = pass(plan, segments);
    const loudest = measureBandwidth(
      (renditions.find(({ name }) => name === 'audio-en')?.segments ?? []).map((segment) => ({
        bytes: segment.facts.bytes,
        durationSeconds: segment.durationSeconds,
      })),
      6,
    );
    expect(loudest.average).toBeGreaterThan(20_000);
    for (const [index, { bandwidth, averageBandwidth }] of variants.entries()) {
      expect(bandwidth - (silent[index]?.bandwidth ?? 0)).toBe(loudest.peak);
      expect(averageBandwidth - (silent[index]?.averageBandwidth ?? 0)).toBe(loudest.average);
    }
  });

  test('without sound passes, and names no audio anywhere', () => {
    const { master, variants } = pass(planOf({ audio: [] }));
    expect(master).not.toMatch(/AUDIO|mp4a/);
    expect(variants[0]?.codecs).toBe('avc1.64000b');
  });
});

/** 320×180, by libx264 from yuv422p10. */
const HIGH_422 = '677a000cb6cd941419f8dc0440000003004000000c03c50a6580';

describe('promise 3: a film that is not as planned is refused, and the place is named', () => {
  const sound = segmentsOf(planOf());
  const at = (rendition: string, index: number) => ({ rendition, index });
  const without = (rendition: string, index: number) =>
    sound.filter((item) => item.rendition !== rendition || item.index !== index);
  const factsOf = (rendition: string, index: number) => {
    const found = sound.find((item) => item.rendition === rendition && item.index === index);
    if (found === undefined) throw new Error('no such segment');
    return found.facts;
  };

  test.each<[string, readonly ScannedSegment[], string]>([
    [
      'a rendition without segments',
      sound.filter(({ rendition }) => rendition !== '720p'),
      '720p has no segment',
    ],
    ['a missing segment', without('720p', 1), '720p segment 1 is missing'],
    ['a doubled segment', [...sound, ...sound.slice(0, 1)], '360p segment 0 came 2 times'],
    [
      'a rendition that was not planned',
      [...sound, { ...sound[0], rendition: '1080p' } as ScannedSegment],
      '1080p was not planned',
    ],
    [
      'an unsound segment',
      withFacts(sound, at('360p', 2), () => ({ problems: ['has no packet'] })),
      '360p segment 2 (seg_00002.ts, at 0:12) has no packet',
    ],
    [
      'an empty segment',
      withFacts(sound, at('720p', 1), () => ({ bytes: 0, problems: ['is empty'] })),
      '720p segment 1 (seg_00001.ts, at 0:06) is empty',
    ],
    [
      'one picture less',
      withFacts(sound, at('720p', 1), ({ lastPts = 0 }) => ({
        frames: 143,
        lastPts: lastPts - 3750,
      })),
      '720p segment 1 (seg_00001.ts, at 0:06) has 143 pictures instead of 144',
    ],
    [
      'a doubled time stamp',
      withFacts(sound, at('720p', 1), ({ lastPts = 0 }) => ({ lastPts: lastPts - 3750 })),
      'has a gap or a doubled time stamp',
    ],
    [
      'a segment that begins elsewhere',
      withFacts(sound, at('720p', 1), (facts) => shifted(facts, 3750)),
      '720p segment 1 (seg_00001.ts, at 0:06) begins 0.042 s after its place',
    ],
    [
      'no IDR at the start',
      withFacts(sound, at('360p', 3), ({ keyFrames }) => ({
        keyFrames: keyFrames.map((key) => ({ ...key, isIdr: false })),
      })),
      '360p segment 3 (seg_00003.ts, at 0:18) has key frame 1 that is no IDR picture',
    ],
    [
      'a missing key frame',
      withFacts(sound, at('360p', 1), ({ keyFrames }) => ({ keyFrames: keyFrames.slice(0, 2) })),
      'has 2 key frames instead of 3',
    ],
    [
      'a misplaced key frame',
      withFacts(sound, at('360p', 1), ({ keyFrames }) => ({
        keyFrames: keyFrames.map((key, n) => (n === 1 ? { ...key, pts: key.pts + 3750 } : key)),
      })),
      'has key frame 2 at a picture where none was planned',
    ],
    [
      'another SPS in the middle',
      withFacts(sound, at('360p', 2), () => ({ sps: SPS_OF['320x180'] })),
      '360p segment 2 (seg_00002.ts, at 0:12) has another sequence parameter set',
    ],
    [
      'sound where a picture belongs',
      withFacts(sound, at('360p', 2), () => factsOf('audio-en', 2)),
      '360p segment 2 (seg_00002.ts, at 0:12) holds audio instead of video',
    ],
    [
      'a picture where sound belongs',
      withFacts(sound, at('audio-en', 2), () => factsOf('360p', 2)),
      'audio-en segment 2 (seg_00002.ts, at 0:12) holds video instead of audio',
    ],
    [
      'sound of another rate',
      withFacts(sound, at('audio-en', 1), () => ({
        audio: { objectType: 2, sampleRateHz: 44_100, channels: 2 },
      })),
      'has sound of 44100 Hz instead of 48000',
    ],
    [
      'sound of one channel',
      withFacts(sound, at('audio-en', 1), () => ({
        audio: { objectType: 2, sampleRateHz: 48_000, channels: 1 },
      })),
      'has 1 channels instead of 2',
    ],
    [
      'sound that begins late',
      sound.map((item) =>
        item.rendition === 'audio-en' ? { ...item, facts: shifted(item.facts, 45_000) } : item,
      ),
      'audio-en segment 0 (seg_00000.ts, at 0:00) begins 0.479 s after the film',
    ],
    [
      'pictures in 4:2:2 or of ten bits',
      withFacts(sound, at('720p', 0), () => ({ sps: HIGH_422 })),
      '720p has pictures that are not 8-bit 4:2:0',
    ],
    [
      'sound in HE-AAC',
      withFacts(sound, at('audio-en', 1), () => ({
        audio: { objectType: 5, sampleRateHz: 48_000, channels: 2 },
      })),
      'audio-en segment 1 (seg_00001.ts, at 0:06) has sound that is not AAC-LC',
    ],
    [
      'a hole in the decoding times that fMP4 tells',
      withFacts(sound, at('720p', 1), ({ firstDts = 0 }) => ({ endDts: firstDts })),
      '720p segment 2 (seg_00002.ts, at 0:12) begins elsewhere than the one before it ends (tfdt)',
    ],
    [
      'a hole in the sound',
      withFacts(sound, at('audio-en', 1), ({ frames }) => ({ frames: frames - 20 })),
      'audio-en segment 2 (seg_00002.ts, at 0:12) begins 0.427 s after the end of the one before it',
    ],
    [
      'DTS that goes back between segments',
      withFacts(sound, at('720p', 2), ({ firstDts = 0 }) => ({ firstDts: firstDts - 9000 })),
      '720p segment 2 (seg_00002.ts, at 0:12) begins before the one before it ends (DTS)',
    ],
    ['a rung that ends earlier', without('720p', 3), '720p'],
    [
      'a last segment that is shorter in one rung',
      withFacts(sound, at('720p', 3), ({ lastPts = 0 }) => ({
        frames: 47,
        lastPts: lastPts - 3750,
      })),
      '720p segment 3 is cut elsewhere than that of 360p',
    ],
  ])('%s', (_, segments, expected) => {
    const error = refusal(segments);
    expect(error.exit).toBe('encode');
    expect(`${error.message}; ${error.why}`).toContain(expected);
    expect(error.fix).toContain('Nothing was published');
  });

  test('two segments that changed places', () => {
    const swapped = sound.map((item) =>
      item.rendition === '720p' && (item.index === 1 || item.index === 2)
        ? { ...item, facts: factsOf('720p', 3 - item.index) }
        : item,
    );
    expect(refusal(swapped).message).toContain(
      '720p segment 1 (seg_00001.ts, at 0:06) begins 6.000 s after its place',
    );
  });

  test('a segment of sound that is longer than a player has to expect', () => {
    const rest = sound.filter(({ rendition }) => rendition !== 'audio-en');
    const parts = [0, 1, 2, 3].map((index) => factsOf('audio-en', index));
    const [first, second, ...others] = parts as [SegmentFacts, SegmentFacts, SegmentFacts];
    const joined = { ...second, ...first, frames: first.frames + second.frames };
    const audio = [joined, ...others].map((facts, index) => ({
      rendition: 'audio-en',
      index,
      path: `/films/work/audio-en/seg_0000${index}.ts`,
      facts: { ...facts, lastDts: facts.firstDts ?? 0 },
    }));
    expect(refusal([...rest, ...audio]).message).toContain(
      'audio-en segment 0 (seg_00000.ts, at 0:00) lasts 12.011 s, where 6 s were planned',
    );
  });

  test('two rungs that changed places', () => {
    const swapped = sound.map((item) =>
      item.rendition === 'audio-en'
        ? item
        : { ...item, rendition: item.rendition === '360p' ? '720p' : '360p' },
    );
    expect(refusal(swapped).message).toContain('360p has pictures of 320×180 instead of 160×90');
  });

  test('a film of which the end is missing in all renditions', () => {
    const error = refusal(sound.filter(({ index }) => index < 3));
    expect(error.message).toContain(
      'the film lasts 0:20 by its own account, but 2.0 s less were encoded',
    );
    expect(error.fix).toContain('only partly copied');
  });

  test('many problems are told shortly', () => {
    const error = refusal(
      sound.map((item) => ({ ...item, facts: { ...item.facts, problems: ['is odd'] } })),
    );
    expect(error.message).toContain('360p segment 0 (seg_00000.ts, at 0:00) is odd');
    expect(error.why).toMatch(/; and 7 more$/);
  });
});

describe('the length of the film', () => {
  const hours = 2;
  const grid = { frameRate: { num: 1, den: 1 }, gopFrames: 2, segmentFrames: 6 };
  const base = planOf({ grid, audio: [] });
  const filmOf = (seconds: number) =>
    segmentsOf({ ...base, source: { ...base.source, durationMs: seconds * 1000 } });
  const plan = { ...base, source: { ...base.source, durationMs: hours * 3_600_000 } };

  test('may differ by what containers round, but two lost segments are always seen', () => {
    expect(pass(plan, filmOf(hours * 3600 - 10)).durationSeconds).toBeCloseTo(7190, 3);
    expect(refusal(filmOf(hours * 3600 - 12), plan).message).toContain('12.0 s less were encoded');
    expect(refusal(filmOf(hours * 3600 + 12), plan).message).toContain('12.0 s more were encoded');
  });

  test('is only told where the time stamps of the source jump', () => {
    const jumping = { ...plan, picture: { ...plan.picture, keepTimeStamps: false } };
    expect(pass(jumping, filmOf(3600)).warnings).toEqual([
      'the film lasts 2:00:00 by its own account, but 3600.0 s less were encoded',
    ]);
  });
});

describe('sound that is not as long as the picture', () => {
  const plan = planOf();
  const heardUntil = (last: number) =>
    segmentsOf(plan).filter(({ rendition, index }) => rendition !== 'audio-en' || index <= last);
  const saying = (endMs: number) => planOf({ audio: [{ ...ENGLISH, endMs }] });

  test('passes without a word when the file says that it ends there', () => {
    expect(pass(saying(12_000), heardUntil(1)).warnings).toEqual([]);
  });

  test('is refused when the file says that there is more of it', () => {
    expect(refusal(heardUntil(1), saying(20_000)).message).toContain(
      'audio-en has 12.0 s of sound, 20.0 s were to be expected',
    );
  });

  test('must reach the end of the picture when silence is put behind it', () => {
    const filled = planOf({ audio: [{ ...ENGLISH, endMs: 12_000, fillMs: 8_000 }] });
    expect(pass(filled, segmentsOf(plan)).warnings).toEqual([]);
    expect(refusal(heardUntil(1), filled).message).toContain('20.0 s were to be expected');
  });

  test('passes with a warning when there is more of it than the file says', () => {
    expect(pass(saying(12_000), segmentsOf(plan)).warnings).toEqual([
      'audio-en has 20.0 s of sound, 12.0 s were to be expected',
    ]);
  });

  test('passes with a warning where the file says nothing, unless it stops in the first half', () => {
    expect(pass(plan, heardUntil(1)).warnings).toEqual([
      'audio-en has 12.0 s of sound, 20.0 s were to be expected',
    ]);
    expect(refusal(heardUntil(0)).message).toContain('audio-en has 6.0 s of sound');
  });

  test('passes when a commentary of unknown length stops within the first half', () => {
    const commentary = {
      ...ENGLISH,
      name: 'audio-en-2',
      isDefault: false,
      role: 'commentary',
    } as const;
    const both = planOf({ audio: [ENGLISH, commentary] });
    const segments = segmentsOf(both).filter(
      ({ rendition, index }) => rendition !== 'audio-en-2' || index === 0,
    );
    expect(pass(both, segments).warnings).toEqual([
      'audio-en-2 has 6.0 s of sound, 20.0 s were to be expected',
    ]);
  });
});
