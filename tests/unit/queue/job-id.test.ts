import { describe, expect, test } from 'vitest';
import type { FilmJob } from '../../../src/model/film-job.ts';
import { Preset } from '../../../src/model/preset.ts';
import { jobId } from '../../../src/queue/job-id.ts';
import tiny from '../../fixtures/presets/tiny.json' with { type: 'json' };

const JOB = {
  source: { uri: 'file:///films/a.mkv', bytes: 1, fingerprint: `q1:${'0a'.repeat(32)}` },
  preset: Preset.parse(tiny),
  wishes: { hdr: 'tonemap', force: false, allowDamaged: false, reportQuality: false },
  storage: { profile: '0123456789ab', store: 'folder /a', catalog: 'folder /b', url: 'http://a' },
} as const satisfies Partial<FilmJob>;
const ID = jobId(JOB, undefined);

describe('the name of a job', () => {
  test('holds no colon and is no number, which BullMQ does not take', () => {
    expect(ID).toMatch(/^film-0a0a0a0a0a0a0a0a-[0-9a-f]{8}$/);
  });

  test.each([
    ['another path', { ...JOB, source: { ...JOB.source, uri: 'file:///b.mkv' } }],
    ['--force', { ...JOB, wishes: { ...JOB.wishes, force: true } }],
    ['another description of the preset', { ...JOB, preset: { ...JOB.preset, description: 'x' } }],
  ])('is the same for %s', (_, job) => {
    expect(jobId(job, undefined)).toBe(ID);
  });

  test.each([
    ['another film', { ...JOB, source: { ...JOB.source, fingerprint: `q1:${'1b'.repeat(32)}` } }],
    ['another preset', { ...JOB, preset: { ...JOB.preset, x264Preset: 'slow' } }],
    ['a subtitle that is burnt in', { ...JOB, wishes: { ...JOB.wishes, burnSubtitle: 1 } }],
    ['another library', { ...JOB, storage: { ...JOB.storage, profile: 'x' } }],
  ] as const)('is another one for %s', (_, job) => {
    expect(jobId(job, undefined)).not.toBe(ID);
  });

  test('is another one for a film that is wanted under another slug', () => {
    expect(jobId(JOB, 'again')).not.toBe(ID);
  });
});
