import { expect, test } from 'vitest';
import { readLoudness } from '../../../../src/ffmpeg/loudness/loudness-filter.ts';

/** Typed after what ffmpeg 5.1.9 and 9.0.2 print; the first summary is of filters that were set up twice. */
const summary = (name: string, integrated: string, peak: string) =>
  `[${name} @ 0x558edc9db4c0] Summary:

  Integrated loudness:
    I:         ${integrated} LUFS
    Threshold: -33.1 LUFS

  Loudness range:
    LRA:         7.3 LU
    Threshold: -43.1 LUFS
    LRA low:   -30.2 LUFS
    LRA high:  -22.9 LUFS

  True peak:
    Peak:       ${peak} dBFS`.split('\n');

function read(lines: readonly string[]) {
  const reader = readLoudness();
  lines.forEach(reader.line);
  return reader;
}

test('each filter has its own answer, and the last that it gave counts', () => {
  const { result } = read([
    ...summary('ebur128@film1', '-70.0', '-inf'),
    ...summary('ebur128@film0', '-70.0', '-inf'),
    'Stream mapping:',
    ...summary('ebur128@film1', '-23.0', '-1.2'),
    '[aac @ 0x5639db36ed40] Input buffer exhausted before END element found',
    ...summary('film0', '-16.4', '0.3'),
  ]);
  expect(result('film0')).toEqual({ integratedLufs: -16.4, rangeLu: 7.3, truePeakDbtp: 0.3 });
  expect(result('film1')).toEqual({ integratedLufs: -23, rangeLu: 7.3, truePeakDbtp: -1.2 });
});

test('silence has a loudness and no peak', () => {
  const { result } = read(summary('ebur128@made', '-70.0', '-inf'));
  expect(result('made')).toEqual({ integratedLufs: -70, rangeLu: 7.3 });
});

test('what was not told is not known', () => {
  const { result } = read(summary('ebur128@made', '-23.0', '-1.2').slice(0, 4));
  expect(result('made')).toBeUndefined();
  expect(result('other')).toBeUndefined();
});
