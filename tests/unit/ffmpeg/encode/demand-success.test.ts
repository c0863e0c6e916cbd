import { expect, test } from 'vitest';
import { demandSuccess } from '../../../../src/ffmpeg/encode/demand-success.ts';

test.each([
  'Decoder (codec png) not found for input stream #0:0',
  '[vist#0:0/png] Decoding requested, but no decoder found for: png',
])('an ffmpeg without the decoder is told as that: %s', (line) => {
  const end = {
    exitCode: 1,
    outcome: 'exited' as const,
    killedBy: undefined,
    stdout: Buffer.alloc(0),
    stderrTail: [line, 'Error opening output files: Invalid argument'],
    stderrLines: 2,
  };
  const { signal } = new AbortController();
  expect(() => demandSuccess(end, { signal })).toThrow(
    expect.objectContaining({ exit: 'film', message: "this ffmpeg cannot decode the film's png" }),
  );
});
