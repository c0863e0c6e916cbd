import Hls, { type ErrorData, ErrorDetails, ErrorTypes, Events, type Level } from 'hls.js';
import type {
  Failure,
  FailureCause,
  Player,
  PlayerOptions,
  Quality,
  Track,
} from './player-contract.ts';

/**
 * Plays `url` in `video` and keeps the contract of `player-contract.ts`. The only file of the page
 * that knows a player library: to change the library, write this file anew.
 *
 * hls.js whenever it can run, the browser's own HLS only where it cannot: Chrome now says that it
 * plays HLS itself but shows no menus and fails on real streams (cli-player-ux.md §0.9).
 */
export function openPlayer(options: PlayerOptions): Player | undefined {
  const engine = options.engine ?? (Hls.isSupported() ? 'hls' : 'native');
  if (engine === 'hls' && Hls.isSupported()) return openHls(options);
  const isNative = options.video.canPlayType('application/vnd.apple.mpegurl') !== '';
  return isNative ? openNative(options) : undefined;
}

function openHls({ video, url, onTracks, onFailure }: PlayerOptions): Player {
  const hls = new Hls();
  const player: Player = {
    name: `hls.js ${Hls.version}`,
    qualities: () => hls.levels.map(quality),
    quality: () => ({
      playing: hls.levels[hls.currentLevel] && hls.currentLevel,
      chosen: hls.autoLevelEnabled ? undefined : hls.manualLevel,
    }),
    chooseQuality: (index) => {
      hls.currentLevel = index ?? -1; // at once, not after the buffer: one wants to see the difference
    },
    audioTracks: () => hls.audioTracks.map((track): Track => ({ name: track.name })),
    audioTrack: () => hls.audioTrack,
    chooseAudioTrack: (index) => {
      hls.audioTrack = index;
    },
  };
  const tracksChanged = () => {
    onTracks(player);
  };
  hls.on(Events.MANIFEST_PARSED, () => {
    keepStereo(hls);
    tracksChanged();
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, tracksChanged);
  hls.on(Events.LEVEL_SWITCHED, tracksChanged);
  hls.on(Events.AUDIO_TRACK_SWITCHED, tracksChanged);
  reportFailures(hls, onFailure);
  hls.loadSource(url);
  hls.attachMedia(video);
  return player;
}

/**
 * hls.js 1.7.4 goes on trying for ever when a piece is missing in every rung, and passes over one that
 * it cannot parse without a word (both measured): neither is `fatal`. Here one wants to know at once.
 */
function reportFailures(hls: Hls, onFailure: PlayerOptions['onFailure']): void {
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

/** 0 is what a browser tells of both a dead server and a missing CORS rule. */
function httpCause(status: number): FailureCause {
  if (status === 404 || status === 410) return 'missing';
  if (status === 401 || status === 403) return 'forbidden';
  return status >= 500 ? 'server' : 'unreachable';
}

function openNative({ video, url, onFailure }: PlayerOptions): Player {
  video.addEventListener('error', () => {
    void nativeFailure(video, url).then(onFailure);
  });
  video.src = url;
  return {
    name: "the browser's own player",
    qualities: () => [],
    quality: () => ({ playing: undefined, chosen: undefined }),
    chooseQuality: () => undefined,
    audioTracks: () => [],
    audioTrack: () => -1,
    chooseAudioTrack: () => undefined,
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
