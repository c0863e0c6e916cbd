import { expect, test } from 'vitest';
import { run } from '../../src/ffmpeg/run.ts';

const node = (script: string) => [process.execPath, ['-e', script]] as const;

test('every line of stderr is told as it comes, however many there are', async () => {
  const lines: string[] = [];
  const [program, args] = node('for (let i = 0; i < 1000; i++) console.error("line", i)');
  const end = await run(program, args, { onStderrLine: (line) => lines.push(line) });
  expect(lines).toHaveLength(1000);
  expect(end.stderrLines).toBe(1000);
  expect(end.stderrTail).toEqual(lines.slice(-40));
});

test('a program that writes without end is killed, and memory is spared', async () => {
  const [program, args] = node(
    'const b = Buffer.alloc(65536); for (;;) require("fs").writeSync(1, b)',
  );
  const end = await run(program, args, { maxStdoutBytes: 1_000_000 });
  expect(end.outcome).toBe('too long');
  expect(end.stdout.length).toBeLessThanOrEqual(1_000_000);
});

test('an answer within the limit is whole', async () => {
  const [program, args] = node('process.stdout.write("x".repeat(1000))');
  const end = await run(program, args, { maxStdoutBytes: 1_000 });
  expect({ outcome: end.outcome, length: end.stdout.length }).toEqual({
    outcome: 'exited',
    length: 1_000,
  });
});
