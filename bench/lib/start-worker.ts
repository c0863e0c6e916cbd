import { execa } from 'execa';
import type { Event } from '../../src/model/event.ts';
import { BIN } from './workshop.ts';

export type WorkerProcess = Readonly<{
  /** The first event from now on for which the answer is yes. Rejects when the worker ends before. */
  until: (isIt: (event: Event) => boolean) => Promise<Event>;
  /** Ends it without a word, and answers when it is gone. */
  kill: () => Promise<void>;
}>;

/** A real worker process that takes films; what it tells can be waited for. */
export async function startWorker(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = execa(process.execPath, [BIN, 'worker', '--json'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
  const waiting = new Set<(event: Event) => void>();
  const reading = (async () => {
    for await (const line of child.iterable()) {
      const event = JSON.parse(line) as Event;
      for (const hear of waiting) hear(event);
    }
  })();
  const until = (isIt: (event: Event) => boolean) =>
    new Promise<Event>((resolve, reject) => {
      const hear = (event: Event) => {
        if (!isIt(event)) return;
        waiting.delete(hear);
        resolve(event);
      };
      waiting.add(hear);
      const ended = () => reject(new Error('the worker ended'));
      reading.then(ended, ended);
    });
  await until(({ type }) => type === 'worker');
  return {
    until,
    kill: async () => {
      child.kill('SIGKILL');
      await child;
    },
  };
}
