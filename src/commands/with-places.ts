import type { Settings } from '../model/settings.ts';
import { openPlaces, type Places } from './open-places.ts';
import type { Session } from './session.ts';

/** Opens store and catalogue for `work`, and closes them however it ends. */
export async function withPlaces<Result>(
  settings: Settings,
  session: Pick<Session, 'signal' | 'report'>,
  work: (places: Places) => Promise<Result>,
): Promise<Result> {
  const places = await openPlaces(settings, session);
  try {
    return await work(places);
  } finally {
    await places.close();
  }
}
