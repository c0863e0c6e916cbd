import { type ErrorData, ErrorDetails, ErrorTypes, Events, type Level } from 'hls.js';
import { Hls, HlsVideoElement } from 'hls-video-element';
import type { Engine, EngineOptions } from './engine.ts';
import { httpCause } from './http-cause.ts';
import type { AudioTrack, Failure, FailureCause, Quality } from './player-contract.ts';

/** True where hls.js can play. */
export const isHlsSupported = (): boolean => Hls.isSupported();

/** hls.js in the element that tells media-chrome which qualities and audio tracks there are. */
export async function openHls({ film, video, onFailure }: EngineOptions): Promise<Engine> {
  const media = new HlsVideoElement() as TrackedVideo;
  media.append(video);
  media.setAttribute('slot', 'media');
  media.setAttribute('src', film.hlsUrl); // this makes the hls.js of the element, a moment later
  // One of its own that it plays nothing in, since it has ours.
  media.shadowRoot?.querySelector('video')?.remove();
  const hls = await madeBy(media);
  media.videoRenditions.addEventListener('change', () => {
    const { selectedIndex } = media.videoRenditions;
    // At once, not after the buffer as the element does: one wants to see the difference.
    if (selectedIndex !== -1) hls.currentLevel = selectedIndex;
  });
  hls.on(Events.MANIFEST_PARSED, () => {
    keepStereo(hls);
  });
  keepAudioTracks(media, hls);
  reportFailures(hls, onFailure);
  return {
    name: `hls.js ${Hls.version}`,
    media,
    qualities: () => hls.levels.map(quality),
    quality: () => ({
      playing: hls.levels[hls.currentLevel] && hls.currentLevel,
      chosen: hls.autoLevelEnabled ? undefined : hls.manualLevel,
    }),
    chooseQuality: (index) => {
      media.videoRenditions.selectedIndex = index ?? -1;
    },
    audioTracks: () => hls.audioTracks.map((track): AudioTrack => ({ name: track.name })),
    audioTrack: () => hls.audioTrack,
    chooseAudioTrack: (index) => {
      hls.audioTrack = index;
    },
    bitsPerSecond: () => hls.bandwidthEstimate,
  };
}

/** The parts of `media-tracks` that the element mixes in, which its types leave out. */
type TrackedVideo = HlsVideoElement & {
  readonly videoRenditions: EventTarget & { selectedIndex: number };
  readonly audioTracks: Iterable<ListedAudio>;
  addAudioTrack(kind: string, label: string, language: string): ListedAudio;
  removeAudioTrack(track: ListedAudio): void;
};

type ListedAudio = { id: string; enabled: boolean };

/** The element makes it in a microtask of its own (hls-video-element 1.5.11). */
async function madeBy(media: TrackedVideo): Promise<Hls> {
  for (let wait = 0; wait < 100 && !media.api; wait += 1) await Promise.resolve();
  if (!media.api) throw new Error('hls-video-element made no hls.js');
  return media.api;
}

/**
 * The element lists the tracks of all groups, though hls.js numbers those of the group in use; and it
 * does not see what is chosen elsewhere. So the list for the menu is made here.
 */
function keepAudioTracks(media: TrackedVideo, hls: Hls): void {
  const markPlaying = () => {
    for (const listed of media.audioTracks) {
      const isPlaying = listed.id === String(hls.audioTrack);
      if (listed.enabled !== isPlaying) listed.enabled = isPlaying;
    }
  };
  hls.on(Events.AUDIO_TRACKS_UPDATED, (_event, { audioTracks }) => {
    for (const listed of [...media.audioTracks]) media.removeAudioTrack(listed);
    for (const [index, { name, lang }] of audioTracks.entries()) {
      media.addAudioTrack('main', name, lang ?? '').id = String(index);
    }
    markPlaying();
  });
  hls.on(Events.AUDIO_TRACK_SWITCHING, markPlaying);
}

/**
 * hls.js 1.7.4 goes on trying for ever when a piece is missing in every rung, and passes over one that
 * it cannot parse without a word (both measured): neither is `fatal`. Here one wants to know at once.
 */
function reportFailures(hls: Hls, onFailure: (failure: Failure) => void): void {
  let unreachable: ErrorData | undefined;
  hls.on(Events.FRAG_LOADED, () => {
    unreachable = undefined;
  });
  hls.on(Events.ERROR, (_event, data) => {
    const isRefused = data.type === ErrorTypes.NETWORK_ERROR && isRefusal(data.response?.code);
    if (data.fatal || isRefused || data.details === ErrorDetails.FRAG_PARSING_ERROR) {
      onFailure(hlsFailure(data));
    } else if (data.type === ErrorTypes.NETWORK_ERROR) {
      unreachable = data; // it tries again by itself, and what is loaded already plays meanwhile
    } else if (data.details === ErrorDetails.BUFFER_STALLED_ERROR && unreachable !== undefined) {
      onFailure(hlsFailure(unreachable));
    }
  });
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}

/**
 * A film with surround has each picture twice, once for each group of sound. hls.js takes the larger one
 * for a better picture and changes over in the middle (measured), though browsers play two channels.
 */
function keepStereo(hls: Hls): void {
  const surround = hls.levels.filter((level) => level.hasAudioGroup('surround'));
  if (surround.length === hls.levels.length) return;
  for (const level of surround) hls.removeLevel(hls.levels.indexOf(level));
}

function quality(level: Level): Quality {
  return { width: level.width, height: level.height, bitsPerSecond: level.bitrate };
}

function hlsFailure(data: ErrorData): Failure {
  const url = data.frag?.url ?? data.url ?? data.context?.url;
  return { cause: hlsCause(data), url, detail: [data.details, data.error.message].join(': ') };
}

function hlsCause(data: ErrorData): FailureCause {
  if (data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR) return 'unsupported';
  if (data.type !== ErrorTypes.NETWORK_ERROR) return 'undecodable';
  return httpCause(data.response?.code ?? 0);
}
