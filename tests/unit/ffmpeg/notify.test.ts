import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failureNotice, noticeOf } from '../../../src/commands/with-notice.ts';
import { IngestError } from '../../../src/errors.ts';
import { notify, notifyCall } from '../../../src/ffmpeg/notify.ts';
import type { EventOf } from '../../../src/model/event.ts';
import { writeProgram } from '../../helpers/program.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const HOSTILE = '"; do shell script "touch /tmp/x" --\n<b>\\n$(id)`id`\u001b[2J\u202e';
const notice = { headline: `Done: ${HOSTILE}`, detail: 'It can be played' };
const CLEAN = 'Done: "; do shell script "touch /tmp/x" -- <b>\\n$(id)`id`';

describe('the call that shows a notice', () => {
  test('a Mac: the script is always the same, the title comes as an argument', () => {
    expect(notifyCall(notice, 'darwin')).toEqual({
      program: '/usr/bin/osascript',
      args: [
        ...['-e', 'on run argv'],
        '-e',
        'display notification (item 2 of argv) with title "movie-ingest" subtitle (item 1 of argv)',
        ...['-e', 'end run'],
        CLEAN,
        'It can be played',
      ],
    });
  });

  test('Linux: the title is the headline, where no markup is read, behind the end of options', () => {
    expect(notifyCall(notice, 'linux')).toEqual({
      program: 'notify-send',
      args: ['--app-name=movie-ingest', '--', CLEAN, 'It can be played'],
    });
  });

  test('a title of a megabyte is cut', () => {
    const long = { ...notice, headline: `Done: ${'x'.repeat(1_000_000)}` };
    expect(notifyCall(long, 'linux').args[2]).toHaveLength(120);
  });
});

describe('notify', () => {
  const withSender = (script: string) => {
    const dir = makeTempDir('notify');
    writeProgram(dir, 'notify-send', script);
    return { dir, env: { PATH: dir } };
  };

  test('gives the words to notify-send as they are', async () => {
    const log = join(makeTempDir('notify'), 'log');
    const { env } = withSender(
      `require('node:fs').writeFileSync(${JSON.stringify(log)}, JSON.stringify(args))`,
    );
    expect(await notify(notice, { platform: 'linux', env })).toBeUndefined();
    expect(JSON.parse(readFileSync(log, 'utf8'))).toEqual(notifyCall(notice, 'linux').args);
  });

  test('says why it could not, and never throws', async () => {
    const { env } = withSender('process.exit(1)');
    expect(await notify(notice, { platform: 'linux', env })).toBe('notify-send ended with 1');
    const none = { PATH: makeTempDir('empty') };
    expect(await notify(notice, { platform: 'linux', env: none })).toMatch(/notify-send /);
    if (process.platform === 'darwin') return;
    expect(await notify(notice, { platform: 'darwin' })).toBe('/usr/bin/osascript is not there');
  });
});

describe('what is told of an end', () => {
  test('a film, many films, a failure', () => {
    const result = { type: 'result', title: 'Phim 01', outcome: 'added' } as EventOf<'result'>;
    expect(noticeOf(result)).toEqual({ headline: 'Done: Phim 01', detail: 'It can be played' });
    const summary: EventOf<'summary'> = {
      type: 'summary',
      added: 2,
      unchanged: 1,
      failed: [{ file: 'a', code: 'film', message: 'm' }],
      exit: 3,
    };
    expect(noticeOf(summary)).toEqual({
      headline: 'Done, but not all films are in',
      detail: '2 added, 1 unchanged, 1 failed',
    });
    expect(noticeOf({ type: 'step', step: 'probe' } as EventOf<'step'>)).toBeUndefined();
    const error = new IngestError('film', { what: 'x is no film' });
    expect(failureNotice(error, ['/films/-x.mp4'])).toEqual({
      headline: 'Failed: -x.mp4',
      detail: 'Exit code 4',
    });
  });
});
