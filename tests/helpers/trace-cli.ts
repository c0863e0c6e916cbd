import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { CLI, type CliOptions, type CliResult, cleanEnv } from './run-cli.ts';
import { skipLoudly } from './skip-loudly.ts';
import { makeTempDir } from './temp-dir.ts';

export type TracedResult = CliResult &
  Readonly<{
    /** Files that were opened by the command or by what it started, as they were named. */
    opened: readonly string[];
    /** Addresses on a network that were called, as strace writes them. */
    called: readonly string[];
    /** False where there is no strace: then both are empty. */
    isTraced: boolean;
  }>;

/** `runCli`, watched by strace where there is one. */
export async function traceCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<TracedResult> {
  const { failed } = await execa('strace', ['-V'], { reject: false });
  if (failed) skipLoudly('which files are opened: no strace (apt-get install strace)');
  const log = join(makeTempDir('strace'), 'log');
  const watched = 'trace=open,openat,openat2,connect';
  const tracer = [
    ...['strace', '-f', '--seccomp-bpf', '-qq', '-s', '4096'],
    ...['-e', watched, '-e', 'signal=none', '-o', log],
  ];
  const [program = '', ...words] = [...(failed ? [] : tracer), ...CLI, ...args];
  const result = await execa(program, words, {
    env: cleanEnv(options.env),
    extendEnv: false,
    cwd: options.cwd ?? makeTempDir('cwd'),
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: false,
  });
  const { exitCode, stdout, stderr } = result;
  const calls = existsSync(log) ? readFileSync(log, 'utf8') : '';
  const opened = openedIn(calls);
  const called = [...calls.matchAll(/connect\(\d+, (\{sa_family=AF_INET[^}]*\})/g)].map(
    ([, address = '']) => address,
  );
  return { exitCode, stdout, stderr, opened, called, isTraced: !failed };
}

/** `openat(AT_FDCWD, "/films/a.mp4", O_RDONLY) = 3`, with `\n` and octal escapes in the name. */
function openedIn(log: string): readonly string[] {
  return [...log.matchAll(/open(?:at2?)?\((?:[^",]+, )?"((?:[^"\\]|\\.)*)"[^\n]* = \d+/g)].map(
    ([, name = '']) => decodeEscapes(name),
  );
}

/** strace writes bytes: a name in UTF-8 becomes itself again. */
function decodeEscapes(text: string): string {
  const bytes: number[] = [];
  const named: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12 };
  for (const [, octal, letter, plain] of text.matchAll(/\\([0-7]{1,3})|\\(.)|([^\\])/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(named[letter] ?? letter.charCodeAt(0));
    else bytes.push(...Buffer.from(plain ?? ''));
  }
  return Buffer.from(bytes).toString();
}
