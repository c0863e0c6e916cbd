import { describe, expect, test } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { EncodeError } from '../../../src/ffmpeg/encode/encode-error.ts';
import type { Lessons } from '../../../src/ingest/lessons.ts';
import { remedies } from '../../../src/ingest/remedies.ts';
import { blameResume, ResumeError } from '../../../src/ingest/resume-error.ts';
import { tryPlans } from '../../../src/ingest/try-plans.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Plan } from '../../../src/model/plan.ts';

const planWith = (name: string, toneMap = 'none') =>
  ({ encoder: { name }, picture: { toneMap }, video: [], audio: [] }) as unknown as Plan;
const crash = new EncodeError({ what: 'ffmpeg was killed (SIGSEGV)', mayPass: true });
const refusal = new EncodeError({ what: 'ffmpeg stopped with code 187', mayPass: false });
const badGrid = new IngestError('encode', { what: '720p/seg_00001.ts is not what was planned' });
const diskFull = new IngestError('space', { what: 'the disk is full' });

/** Runs attempts that fail in this order, and then one that works. Answers with what was tried. */
async function tryWith(
  failures: readonly unknown[],
  {
    encoder = 'h264_videotoolbox',
    choice = 'auto' as 'auto' | 'videotoolbox',
    toneMap = 'none',
  } = {},
) {
  const tried: string[] = [];
  const events: Event[] = [];
  const heeded: Lessons[] = [];
  const stop = new AbortController();
  const result = tryPlans(planWith(encoder, toneMap), {
    attempt: async (plan) => {
      tried.push(plan.encoder.name);
      const failure = failures[tried.length - 1];
      if (failure === 'stop') stop.abort(new Error('stopped by the test'));
      if (failure !== undefined) throw failure;
      return 'published';
    },
    remedies: remedies({ encoder: choice }),
    replan: async (lessons) => {
      heeded.push(lessons);
      return planWith('libx264', lessons.failedToneMapper === undefined ? toneMap : 'zscale');
    },
    report: (event) => events.push(event),
    signal: stop.signal,
  });
  const outcome = await result.catch((error: unknown) => error);
  return { outcome, tried, heeded, events };
}

test('a plan that works is tried once, and nothing is told', async () => {
  expect(await tryWith([])).toMatchObject({
    outcome: 'published',
    tried: ['h264_videotoolbox'],
    events: [],
  });
});

describe('a hardware encoder that fails', () => {
  test.each([
    ['refuses', refusal],
    ['makes another grid than was planned', badGrid],
  ])('that %s is replaced by libx264, which is told with the reason', async (_, failure) => {
    const { outcome, tried, heeded, events } = await tryWith([failure]);
    expect({ outcome, tried }).toEqual({
      outcome: 'published',
      tried: ['h264_videotoolbox', 'libx264'],
    });
    const why = `it failed at this film: ${failure.message}`;
    expect(heeded).toEqual([{ failedEncoder: { name: 'h264_videotoolbox', why } }]);
    expect(events).toEqual([{ type: 'warning', message: `h264_videotoolbox is not used, ${why}` }]);
  });

  test('that crashes is tried once more, then libx264, then that is the end', async () => {
    const { outcome, tried } = await tryWith([crash, crash, crash]);
    expect(tried).toEqual(['h264_videotoolbox', 'h264_videotoolbox', 'libx264']);
    expect(outcome).toBe(crash);
  });

  test('that was asked for by name is never replaced', async () => {
    const { outcome, tried } = await tryWith([refusal], { choice: 'videotoolbox' });
    expect({ outcome, tried }).toEqual({ outcome: refusal, tried: ['h264_videotoolbox'] });
  });
});

describe('a Mac’s way from HDR to SDR that fails at a film', () => {
  const upload = new EncodeError({
    what: 'ffmpeg stopped with code 1',
    why: '[Parsed_hwupload_3] Failed to create frame upload context',
    mayPass: false,
  });
  const poster = new IngestError('film', { what: 'No picture could be decoded for the poster' });

  test('is replaced when ffmpeg names it; the encoder stays', async () => {
    const { tried, heeded } = await tryWith([upload], { toneMap: 'scale_vt' });
    expect(tried).toHaveLength(2);
    const why = 'it failed at this film: ffmpeg stopped with code 1';
    expect(heeded).toEqual([{ failedToneMapper: { name: 'scale_vt', why } }]);
  });

  test('is replaced after the encoder, when nothing is named', async () => {
    const { heeded } = await tryWith([refusal, refusal], { toneMap: 'scale_vt' });
    expect(heeded.map((lessons) => Object.keys(lessons))).toEqual([
      ['failedEncoder'],
      ['failedEncoder', 'failedToneMapper'],
    ]);
  });

  test('is replaced for a poster that could not be made', async () => {
    const encoder = 'libx264';
    const { outcome, heeded } = await tryWith([poster], { encoder, toneMap: 'scale_vt' });
    expect(outcome).toBe('published');
    expect(heeded).toHaveLength(1);
    expect(await tryWith([poster], { encoder })).toMatchObject({ outcome: poster });
  });
});

describe('libx264', () => {
  const encoder = 'libx264';

  test('that dies once is tried once more', async () => {
    const { outcome, tried, heeded } = await tryWith([crash], { encoder });
    expect({ outcome, tried, heeded }).toEqual({
      outcome: 'published',
      tried: ['libx264', 'libx264'],
      heeded: [],
    });
  });

  test('that fails as it will the next time is not', async () => {
    const { outcome, tried } = await tryWith([refusal], { encoder });
    expect({ outcome, tried }).toEqual({ outcome: refusal, tried: ['libx264'] });
  });
});

describe('an encode that was gone on with', () => {
  const encoder = 'libx264';

  test.each([
    ['makes something that does not fit', badGrid, true],
    ['is refused', refusal, true],
    ['crashes before it has made anything', crash, false],
  ])('and that %s is begun anew, once', async (_, failure, madeMore) => {
    const blamed = blameResume(failure, { madeMore });
    const { outcome, tried, events } = await tryWith([blamed], { encoder });
    expect({ outcome, tried }).toEqual({ outcome: 'published', tried: ['libx264', 'libx264'] });
    const message = `${failure.message}: the film is encoded from its start`;
    expect(events).toEqual([{ type: 'warning', message }]);
    const again = await tryWith([blamed, badGrid], { encoder });
    expect(again.outcome).toBe(badGrid);
  });

  test.each([
    ['a crash after it has made more', crash],
    ['a full disk', diskFull],
    ['a fault of our own', new TypeError('x is undefined')],
  ])('is not to blame for %s', (_, failure) => {
    expect(blameResume(failure, { madeMore: true })).toBe(failure);
  });

  test('keeps what was said, and its exit', () => {
    const blamed = blameResume(badGrid, { madeMore: false });
    expect(blamed).toBeInstanceOf(ResumeError);
    expect(blamed).toMatchObject({ exit: 'encode', message: badGrid.message, cause: badGrid });
  });
});

test.each([
  ['a full disk', diskFull],
  ['a fault of our own', new TypeError('x is undefined')],
])('%s is mended by no other plan', async (_, failure) => {
  const { outcome, tried } = await tryWith([failure]);
  expect({ outcome, tried }).toEqual({ outcome: failure, tried: ['h264_videotoolbox'] });
});

test('after a stop nothing more is tried, whatever the stop broke', async () => {
  const { outcome, tried } = await tryWith(['stop']);
  expect(outcome).toMatchObject({ message: 'stopped by the test' });
  expect(tried).toHaveLength(1);
});
