import { expect, test } from 'vitest';
import { type Progress, progressReader } from '../../../../src/ffmpeg/encode/progress.ts';

function read(text: string): readonly Progress[] {
  const seen: Progress[] = [];
  text.split('\n').forEach(progressReader((progress) => seen.push(progress)));
  return seen;
}

test('each block is one report; out_time_ms, which is microseconds as well, is not read', () => {
  expect(
    read(
      'frame=96\nfps=48.2\nout_time_us=4004000\nout_time_ms=4004000\nspeed=2.01x\nprogress=continue\n' +
        'out_time_us=6000000\nfps=0.0\nspeed=N/A\nprogress=end',
    ),
  ).toEqual([
    { doneMs: 4004, frames: 96, fps: 48.2, speed: 2.01 },
    { doneMs: 6000, frames: 96, fps: 0, speed: 0 },
  ]);
});

test('unknown keys, N/A and rubbish do no harm, and time never goes backwards', () => {
  const seen: Progress[] = [];
  const line = progressReader((progress) => seen.push(progress));
  for (const text of [
    'stream_0_0_q=28.0',
    'nonsense',
    '=',
    'out_time_us=2000000',
    'progress=continue',
  ])
    line(text);
  for (const text of ['out_time_us=N/A', 'progress=continue', 'out_time_us=1', 'progress=end'])
    line(text);
  expect(seen.map(({ doneMs }) => doneMs)).toEqual([2000, 2000, 2000]);
});
