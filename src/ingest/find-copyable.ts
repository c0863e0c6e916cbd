import { countIdrPictures } from '../ffmpeg/copyable/count-idr-pictures.ts';
import { PictureGroupReader } from '../ffmpeg/copyable/picture-groups.ts';
import { readCodedPackets } from '../ffmpeg/copyable/read-coded-packets.ts';
import { SoundPacketReader } from '../ffmpeg/copyable/sound-packets.ts';
import type { CodedPicture, Copyable } from '../model/coded-stream.ts';
import type { Preset } from '../model/preset.ts';
import type { AudioTrack, Source } from '../model/source.ts';
import type { Tools } from '../model/toolchain.ts';
import {
  type CopyQuestion,
  objectToGroups,
  objectToPicture,
  objectToSound,
  objectToTrack,
} from '../plan/object-to-copy.ts';

export type FindCopyableOptions = Readonly<{
  source: Source;
  preset: Preset;
  tools: Tools;
  signal?: AbortSignal | undefined;
}>;

/**
 * Finds out what of a film can be published as it is. The film is read no further than an answer needs:
 * header first, then the packets of what is left, in one pass, and last its IDR pictures.
 */
export async function findCopyable(options: FindCopyableOptions): Promise<Copyable> {
  const { source } = options;
  const byHeader = objectToPicture(options);
  const picture = byHeader === undefined ? new PictureGroupReader(clockOf(source)) : undefined;
  const sounds = source.audio.map((track) => ({
    track,
    objection: objectToTrack(track, options),
    reader: new SoundPacketReader(track, source),
  }));
  const fault = await readPackets({ ...options, picture, sounds });
  return {
    picture:
      picture === undefined
        ? { objection: byHeader ?? '' }
        : await judgePicture(picture.finish(), fault, options),
    sounds: sounds.map(({ track, objection, reader }) => {
      const sound = reader.finish();
      const { index } = track;
      const found = objection ?? fault ?? objectToSound(sound, track);
      return found === undefined
        ? { index, kbps: Math.round(sound.kbps) }
        : { index, objection: found };
    }),
  };
}

function clockOf({ video, clockStartUs }: Source) {
  return { frameRate: video.frameRate, timeBase: video.timeBase, clockStartUs };
}

type Readers = Readonly<{
  picture: PictureGroupReader | undefined;
  sounds: readonly Readonly<{
    track: AudioTrack;
    objection: string | undefined;
    reader: SoundPacketReader;
  }>[];
}>;

async function readPackets({
  source,
  tools,
  picture,
  sounds,
  signal,
}: FindCopyableOptions & Readers): Promise<string | undefined> {
  const wanted = sounds.filter(({ objection }) => objection === undefined);
  const readers = new Map(
    wanted.map(({ track, reader }) => [track.index, reader.push.bind(reader)] as const),
  );
  if (picture !== undefined) readers.set(source.video.index, picture.push.bind(picture));
  if (readers.size === 0) return undefined;
  return readCodedPackets({ tools, path: source.path, readers, signal });
}

async function judgePicture(
  coded: CodedPicture,
  fault: string | undefined,
  options: FindCopyableOptions & CopyQuestion,
): Promise<Copyable['picture']> {
  const { source, tools, signal } = options;
  const objection = fault ?? objectToGroups(coded, options);
  if (objection !== undefined) return { objection };
  const idr = await countIdrPictures({
    tools,
    path: source.path,
    streamIndex: source.video.index,
    signal,
  });
  if (idr === coded.groups.length) return { groups: coded.groups };
  const counted = idr === undefined ? 'it is not known which' : `only ${idr}`;
  return { objection: `${counted} of its ${coded.groups.length} key frames are IDR pictures` };
}
