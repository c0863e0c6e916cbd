import type { Film } from './film.ts';
import { texts } from './language.ts';
import type { Player } from './player-contract.ts';
import { qualityName } from './quality-name.ts';

/** `720p · 1.8 Mbit/s · line 40.1 Mbit/s · buffer 12.4 s · 0 of 812 frames dropped · hls.js 1.7.4`. */
export function playbackFacts(player: Player, film: Film): string {
  const { video } = player;
  const { droppedVideoFrames, totalVideoFrames } = video.getVideoPlaybackQuality();
  const level = player.qualities()[player.quality().playing ?? -1];
  const picture = level ?? { width: video.videoWidth, height: video.videoHeight };
  const line = player.bitsPerSecond();
  return [
    picture.height > 0 ? qualityName(picture, film) : undefined,
    level && `${megabits(level.bitsPerSecond)} Mbit/s`,
    line && texts.line(megabits(line)),
    texts.buffer(bufferSeconds(video).toFixed(1)),
    texts.dropped(droppedVideoFrames, totalVideoFrames),
    player.name,
  ]
    .filter((fact) => fact !== undefined)
    .join(' · ');
}

function megabits(bitsPerSecond: number): string {
  return (bitsPerSecond / 1_000_000).toFixed(1);
}

/** How much is loaded ahead of what is on screen. */
function bufferSeconds({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    const isHere = buffered.start(index) <= currentTime + 0.1 && currentTime < buffered.end(index);
    if (isHere) return buffered.end(index) - currentTime;
  }
  return 0;
}
