import type { Report } from '../model/event.ts';
import type { FilmQueue } from './open-queue.ts';

/** Reports when the queue goes away and when it is back, once each, until what it returns is called. */
export function tellAway(queue: FilmQueue, report: Report): () => void {
  let isAway = false;
  const turn = (to: boolean, news: string) => () => {
    if (isAway === to) return;
    isAway = to;
    report({ type: 'warning', message: `The queue at ${queue.name} is ${news}` });
  };
  const away = turn(true, 'away; films that are being made go on');
  const back = turn(false, 'there again');
  queue.redis.on('close', away).on('ready', back);
  return () => void queue.redis.off('close', away).off('ready', back);
}
