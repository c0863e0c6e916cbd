import type { Film } from './film.ts';
import { qualityName } from './menus.ts';
import type { Player } from './player-contract.ts';

/** `720p · 1.8 Mbit/s · buffer 12.4 s · 0 of 812 frames dropped · hls.js 1.7.4`. */
export function playbackFacts(video: HTMLVideoElement, player: Player, film: Film): string {
  const { droppedVideoFrames, totalVideoFrames } = video.getVideoPlaybackQuality();
  const level = player.qualities()[player.quality().playing ?? -1];
  const picture = level ?? { width: video.videoWidth, height: video.videoHeight };
  return [
    picture.height > 0 ? qualityName(picture, film) : undefined,
    level && `${(level.bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`,
    `buffer ${bufferSeconds(video).toFixed(1)} s`,
    `${droppedVideoFrames} of ${totalVideoFrames} frames dropped`,
    player.name,
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ');
}

/** How much is loaded ahead of what is on screen. */
function bufferSeconds({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    const isHere = buffered.start(index) <= currentTime + 0.1 && currentTime < buffered.end(index);
    if (isHere) return buffered.end(index) - currentTime;
  }
  return 0;
}
