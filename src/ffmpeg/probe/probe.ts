import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { IngestError } from '../../errors.ts';
import { fingerprintFile } from '../../lib/fingerprint-file.ts';
import { formatBytes } from '../../lib/format-bytes.ts';
import { statFilm } from '../../lib/stat-film.ts';
import { type FilmLimits, MAX_PIXELS } from '../../model/settings.ts';
import type { Source } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { inputArgs, LONG_LOOK } from '../input-args.ts';
import { run } from '../run.ts';
import { type FramedTrack, readContainerFraming } from './container-framing.ts';
import { countFields } from './count-fields.ts';
import { decodeFirstTimes } from './decode-first-times.ts';
import { demandLimits } from './demand-limits.ts';
import { demandOneFilm } from './demand-one-film.ts';
import { demandOnePicture } from './demand-one-picture.ts';
import { ProbedFile, type ProbedStream } from './ffprobe-output.ts';
import {
  type FieldVerdict,
  isFieldOrderInDoubt,
  judgeFields,
  toldFieldOrder,
} from './field-order.ts';
import { isAnotherKind } from './is-another-kind.ts';
import { ENCRYPTED_ENTRY, isEncrypted } from './is-encrypted.ts';
import { normaliseSource } from './normalise-source.ts';
import { oneProgramme } from './one-programme.ts';
import { firstTimes, hasJumps, readPackets } from './read-packets.ts';

export type ProbeOptions = Readonly<{
  tools: Tools;
  /** What is taken as a film; the defaults of the settings where left out. */
  limits?: Partial<FilmLimits>;
  signal?: AbortSignal | undefined;
}>;

/** Enough for the phase of the pictures and for a rate that the header does not tell. */
const PACKETS_FOR_RATE = 200;

/** Of ffprobe's answer. A film of 40 tracks and 200 chapters takes 0.1 MB. */
const MAX_DESCRIPTION_BYTES = 16_000_000;

/**
 * Reads one film's header, and the first packets of its picture, and says what it is. Nothing is
 * decoded, but for some two hundred pictures where the fields are in doubt. Throws `film` (exit 4) with
 * cause and fix for whatever cannot be used: not there, empty, not a media container (playlists,
 * scripts and images dressed as films among them), no picture track, a picture that is too large or
 * too small, encrypted, an unknown codec.
 */
export async function probe(path: string, options: ProbeOptions): Promise<Source> {
  const { tools, limits = {}, signal } = options;
  const { maxPixels = MAX_PIXELS } = limits;
  const absolute = resolve(path);
  const file = await statFilm(absolute);
  const whole = await readHeader(absolute, options);
  const picture = findPicture(whole, absolute);
  const probed = oneProgramme(whole, picture);
  const container = probed.format.format_name;
  const track = framedTrack(probed, picture);
  if (await isEncrypted({ path: absolute, container, track })) throw encrypted(basename(absolute));
  if ((picture.width ?? 0) * (picture.height ?? 0) > maxPixels) {
    throw tooManyPixels(basename(absolute), picture, maxPixels);
  }
  const isStream = /^(mpegts|mpeg)$/.test(container);
  const which = { tools, path: absolute, streamIndex: picture.index, maxPixels, signal };
  if (isStream && countPictures(whole) > 1) await demandOnePicture({ ...which, bytes: file.size });
  if (container.startsWith('mov')) await demandOneFilm(absolute);
  const packets = await readPackets({
    ...which,
    // Only streams can jump, and only reading all of one shows it; other containers have one clock.
    ...(isStream ? {} : { limit: PACKETS_FOR_RATE }),
  });
  const told = firstTimes(packets, PACKETS_FOR_RATE);
  const source = normaliseSource({
    path: absolute,
    bytes: file.size,
    modifiedAtMs: Math.floor(file.mtimeMs),
    fingerprint: await fingerprintFile(absolute),
    probed,
    picture,
    ...(whole.programs.length > 1 ? { programmes: whole.programs.length } : {}),
    firstPtsSeconds: told ?? (await decodeFirstTimes(which)),
    ...(told === undefined ? { isUntimed: true as const } : {}),
    timeStamps: isStream && hasJumps(packets) ? 'jumping' : 'steady',
    framing: await readContainerFraming({ path: absolute, container, track }),
    fields: await lookAtFields(absolute, { probed, picture, ...options }),
  });
  demandLimits(source, limits);
  return source;
}

function countPictures({ streams }: ProbedFile): number {
  return streams.filter(({ codec_type: type }) => type === 'video').length;
}

function framedTrack({ streams }: ProbedFile, picture: ProbedStream): FramedTrack {
  const pictures = streams.filter(({ codec_type }) => codec_type === 'video');
  return {
    width: picture.width ?? 0,
    height: picture.height ?? 0,
    id: picture.id === undefined ? undefined : Number(picture.id),
    ordinal: pictures.indexOf(picture),
  };
}

type Look = ProbeOptions & Readonly<{ probed: ProbedFile; picture: ProbedStream }>;

async function lookAtFields(
  path: string,
  { probed, picture, tools, limits, signal }: Look,
): Promise<FieldVerdict | undefined> {
  if (!isFieldOrderInDoubt(picture)) return undefined;
  const durationSeconds = picture.duration ?? probed.format.duration ?? 0;
  const streamIndex = picture.index;
  const counts = await countFields({
    tools,
    path,
    streamIndex,
    durationSeconds,
    maxPixels: limits?.maxPixels,
    signal,
  });
  return judgeFields(toldFieldOrder(picture), counts);
}

async function readHeader(
  path: string,
  { tools, limits: { maxPixels = MAX_PIXELS } = {}, signal }: ProbeOptions,
): Promise<ProbedFile> {
  const name = basename(path);
  const result = await run(
    tools.ffprobe,
    [
      ['-v', 'error', ...LONG_LOOK],
      ['-show_format', '-show_streams', '-show_chapters', '-of', 'json'],
      ['-show_entries', 'program=program_id:program_stream=index'],
      // A decoder makes room for whole blocks: a little more than the picture.
      inputArgs(path, Math.ceil(maxPixels * 1.02)),
    ].flat(),
    { signal, timeoutMs: 60_000, maxStdoutBytes: MAX_DESCRIPTION_BYTES },
  );
  signal?.throwIfAborted();
  const said = result.stderrTail.join(' ');
  const [, width, height] = (TOO_LARGE.exec(said) ?? []).map(Number);
  const tooLarge =
    width === undefined ? undefined : tooManyPixels(name, { width, height }, maxPixels);
  if (result.outcome === 'timed out') {
    throw new IngestError('film', {
      what: `${name} could not be read within a minute`,
      why: 'ffprobe got no answer: the file may lie on a drive that does not respond.',
    });
  }
  if (result.outcome === 'too long') {
    throw new IngestError('film', {
      what: `${name} describes itself in more than ${formatBytes(MAX_DESCRIPTION_BYTES)}`,
      why: 'So many tracks, chapters or tags are in no film: the file is damaged, or made to do harm.',
      fix: 'If it is a film after all, keep picture and sound only: ffmpeg -i IN -map 0:V -map 0:a -map_metadata -1 -map_chapters -1 -c copy OUT.mkv',
    });
  }
  if (result.exitCode !== 0) throw tooLarge ?? notAFilm(name, said, await readStart(path));
  const probed = parseHeader(name, result.stdout);
  // A cover is only passed over: it is no part of the film.
  if (tooLarge !== undefined && probed.streams.some(hasUnknownSize)) throw tooLarge;
  return probed;
}

function parseHeader(name: string, stdout: Buffer): ProbedFile {
  try {
    return ProbedFile.parse(JSON.parse(stdout.toString('utf8')));
  } catch (cause) {
    // ffprobe 5.1 breaks off in the middle of its JSON for some codecs (reliability.md §2.1).
    throw new IngestError('film', {
      what: `${name} could not be understood`,
      why: 'ffprobe gave up in the middle of its answer; the file uses something it cannot describe.',
      cause,
    });
  }
}

/** A picture of the film, not its cover, of which ffprobe does not tell how large it is. */
function hasUnknownSize({ codec_type: type, disposition, width = 0, height = 0 }: ProbedStream) {
  return type === 'video' && disposition['attached_pic'] !== 1 && width * height === 0;
}

/** What ffprobe says of it; it then tells a picture of 0×0, and exits 0. */
const TOO_LARGE = /Picture size (\d+)x(\d+) exceeds specified max pixel count/;

function tooManyPixels(
  name: string,
  { width = 0, height = 0 }: Pick<ProbedStream, 'width' | 'height'>,
  maxPixels: number,
): IngestError {
  return new IngestError('film', {
    what: `${name} has a picture of ${width}×${height}: too large`,
    why: `At most ${maxPixels} pixels are decoded, as a small file can fill the memory with a huge picture.`,
    fix: `If the film is meant to be so large: --max-pixels ${width}x${height}`,
  });
}

/** Enough to tell a text, and a file of another kind by its first bytes. */
const START_BYTES = 512;

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function notAFilm(name: string, said: string, start: Buffer): IngestError {
  // ffprobe takes anything called .mp4 for one; the first box tells a broken film from a text file.
  if (
    /moov atom not found/i.test(said) &&
    /^(ftyp|mdat|moov|wide|free|skip|pnot)$/.test(start.toString('latin1', 4, 8))
  ) {
    return new IngestError('film', {
      what: `${name} is incomplete: its index (moov) is missing`,
      why: 'The recording or the download broke off before the end was written.',
      fix: 'Copy or download it again; a recording may be repaired with untrunc.',
    });
  }
  if (/encrypt|decrypt/i.test(said)) return encrypted(name);
  return new IngestError('film', {
    what: `${name} is not a film that can be read`,
    why:
      /whitelist/i.test(said) || isAnotherKind(start)
        ? 'It is not a media container: a playlist, a script, an image or a text dressed as a film.'
        : 'No film container was recognised in it: it may be damaged, cut off, or another kind of file.',
    fix: 'Play it from beginning to end in another player; if that fails, get a new copy.',
  });
}

function encrypted(name: string): IngestError {
  return new IngestError('film', {
    what: `${name} is encrypted (DRM)`,
    why: 'Its pictures cannot be decoded without the key of whoever sold it.',
    fix: 'Use a copy without DRM.',
  });
}

/** The picture track: never cover art, never a data track, the default one first, else the largest. */
function findPicture(probed: ProbedFile, path: string): ProbedFile['streams'][number] {
  const name = basename(path);
  const pictures = probed.streams
    .filter((stream) => stream.codec_type === 'video' && stream.disposition['attached_pic'] !== 1)
    .toSorted((a, b) => rank(b) - rank(a));
  const picture = pictures[0];
  if (picture === undefined) {
    throw new IngestError('film', {
      what: `${name} has no picture track`,
      why: probed.streams.some((stream) => stream.codec_type === 'audio')
        ? 'It holds sound only.'
        : 'It holds neither picture nor sound that could be read.',
    });
  }
  if (ENCRYPTED_ENTRY.test(picture.codec_tag_string ?? '')) throw encrypted(name);
  if (picture.codec_name === undefined || picture.codec_name === 'none') {
    throw new IngestError('film', {
      what: `${name} has a picture that this ffmpeg cannot decode (${picture.codec_tag_string ?? 'unknown codec'})`,
      why: 'Its codec is newer than this ffmpeg, or was left out when it was built.',
      fix: 'Install a newer ffmpeg, or convert the film to H.264 or HEVC first.',
    });
  }
  return picture;
}

function rank(stream: ProbedFile['streams'][number]): number {
  const isDefault = stream.disposition['default'] === 1 ? 1e9 : 0;
  return isDefault + (stream.width ?? 0) * (stream.height ?? 0);
}
