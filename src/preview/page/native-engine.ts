import type { Engine, EngineOptions } from './engine.ts';
import { httpCause } from './http-cause.ts';
import { texts } from './language.ts';
import type { Failure } from './player-contract.ts';

/** The HLS of the browser itself. It chooses quality and sound, and tells nobody. */
export function openNative({ film, video, onFailure }: EngineOptions): Engine {
  video.addEventListener('error', () => {
    void nativeFailure(video, film.hlsUrl).then(onFailure);
  });
  video.src = film.hlsUrl;
  return {
    name: texts.nativePlayer,
    media: video,
    qualities: () => [],
    quality: () => ({ playing: undefined, chosen: undefined }),
    chooseQuality: () => undefined,
    audioTracks: () => [],
    audioTrack: () => -1,
    chooseAudioTrack: () => undefined,
    bitsPerSecond: () => undefined,
  };
}

/** A media element does not tell why it failed: ask again for what it loaded last, and for the master. */
async function nativeFailure(video: HTMLVideoElement, url: string): Promise<Failure> {
  const detail = `${video.error?.message ?? ''} (media error ${video.error?.code ?? '?'})`;
  for (const asked of [lastLoaded(url), url]) {
    const response = await fetch(asked, { method: 'HEAD' }).catch(() => undefined);
    if (!response?.ok) return { cause: httpCause(response?.status ?? 0), url: asked, detail };
  }
  return { cause: 'undecodable', url, detail };
}

function lastLoaded(url: string): string {
  const folder = new URL('.', url).href;
  const names = performance.getEntriesByType('resource').map((entry) => entry.name);
  return names.findLast((name) => name.startsWith(folder)) ?? url;
}
