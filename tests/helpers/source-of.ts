import type { AudioTrack, Source, VideoTrack } from '../../src/model/source.ts';

/** A well-behaved film; a test names what it is about. */
export function sourceOf(
  video: Partial<VideoTrack> = {},
  rest: Partial<Omit<Source, 'video'>> = {},
): Source {
  return {
    path: '/films/film.mp4',
    bytes: 1_000_000_000,
    modifiedAtMs: 1_700_000_000_000,
    fingerprint: `q1:${'0'.repeat(64)}`,
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    clockStartUs: 0,
    pictureTracks: 1,
    durationMs: 6_320_000,
    video: videoOf(video),
    audio: [audioOf()],
    audioLeftOut: [],
    subtitles: [],
    chapters: [],
    ...rest,
  };
}

export function videoOf(video: Partial<VideoTrack> = {}): VideoTrack {
  return {
    index: 0,
    codec: 'h264',
    profile: 'High',
    level: 40,
    timeBase: { num: 1, den: 12_288 },
    sideData: [],
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    codedWidth: video.width ?? 1920,
    codedHeight: video.height ?? 1080,
    width: 1920,
    height: 1080,
    rotation: 0,
    frameRate: { num: 24, den: 1 },
    frameRounding: 'near',
    bitrateKbps: 10_000,
    fieldOrder: 'progressive',
    transfer: 'sdr',
    colour: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
    startMs: 0,
    timeStamps: 'steady',
    ...video,
  };
}

export function audioOf(audio: Partial<AudioTrack> = {}): AudioTrack {
  return {
    index: 1,
    codec: 'aac',
    profile: 'LC',
    timeBase: { num: 1, den: 48_000 },
    channels: 2,
    sampleRateHz: 48_000,
    language: 'und',
    isDefault: true,
    role: 'main',
    ...audio,
  };
}
