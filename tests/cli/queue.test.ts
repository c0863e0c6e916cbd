import { describe, expect, test } from 'vitest';
import { eventsOfType } from '../helpers/events-of.ts';
import { machine } from '../helpers/machine.ts';
import { openShelf } from '../helpers/open-shelf.ts';
import { isMissing } from '../servers/locate.ts';

/** Real worker processes, a real Redis, real encodes of tiny films. */
describe.skipIf(await isMissing('redis'))('a queue, and workers on it', () => {
  const { film, shared } = openShelf();

  test('a film that is handed in twice is one job, and is made once', async () => {
    const here = machine(shared());
    const first = await here.run(['add', film]);
    const second = await here.run(['add', '--json', film]);
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^film-[0-9a-f-]+\n$/),
    });
    expect(eventsOfType(second, 'job')).toMatchObject([{ state: 'already', slug: 'phim-01' }]);

    const listed = await here.run(['queue', 'ls', '--json']);
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ type: 'queued-job', state: 'waiting', slug: 'phim-01', started: 0 }]);

    await here.worker();
    const followed = await here.run(['add', '--wait', film]);
    expect(followed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/phim-01\/master\.m3u8\n$/),
    });
    const again = await here.run(['add', '--wait', '--json', film]);
    expect(eventsOfType(again, 'result')).toMatchObject([{ outcome: 'unchanged', file: film }]);
  });
});
