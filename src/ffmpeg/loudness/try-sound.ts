import { basename } from 'node:path';
import { IngestError } from '../../errors.ts';
import { cleanText } from '../../lib/clean-text.ts';
import type { AudioTrack, Source, UnusableTrack } from '../../model/source.ts';
import type { Tools } from '../../model/toolchain.ts';
import { sourceArgs } from '../input-args.ts';
import { type RunResult, run } from '../run.ts';
import { isDecodedInPart } from './is-decoded-in-part.ts';

type TrySoundOptions = Readonly<{ tools: Tools; signal: AbortSignal }>;

/** Enough to see whether a decoder begins. */
const TRIED_SECONDS = '2';

/** Telephones put several frames into a packet, of which ffmpeg 5.1 decodes the first alone. */
const PACKED = /^amr_/;

/**
 * The source with those sound tracks alone that this ffmpeg truly decodes, as the first two seconds
 * show: a codec's name proves nothing. The others are in `audioLeftOut`. Costs one short process, and
 * one for each track when that fails. Throws `film` when there is sound and none of it can be decoded:
 * a film that went silent is worse than one that is not in yet.
 */
export async function trySound(source: Source, options: TrySoundOptions): Promise<Source> {
  const { path, audio } = source;
  const all = audio.length === 0 ? undefined : await decode(source, audio, options);
  const isSimple = audio.every(({ codec }) => !PACKED.test(codec));
  const isFine = all === undefined || (isSimple && isGood(all));
  const tried = isFine ? source : await tryEach(source, options);
  const [first] = tried.audioLeftOut;
  if (tried.audio.length > 0 || first === undefined) return tried;
  throw new IngestError('film', {
    what: `the sound of ${cleanText(basename(path), { maxLength: 255 })} cannot be decoded (${cleanText(first.codec, { maxLength: 40 })})`,
    why: `It would be published silent: ${first.why}.`,
    fix: 'Install a newer or fuller ffmpeg, or convert the sound. To have the film without: ffmpeg -i IN -map 0:v -c copy OUT.mkv',
  });
}

async function tryEach(source: Source, options: TrySoundOptions): Promise<Source> {
  const usable: AudioTrack[] = [];
  const unusable: UnusableTrack[] = [...source.audioLeftOut];
  for (const track of source.audio) {
    const { index, codec, language, title } = track;
    const end = await decode(source, [track], options);
    const isHole =
      isGood(end) && PACKED.test(codec) && (await isDecodedInPart(source, track, options));
    if (isGood(end) && !isHole) usable.push(track);
    else {
      const named = { index, codec, language, ...(title === undefined ? {} : { title }) };
      const why = isHole ? 'this ffmpeg decodes a part of each packet only' : explain(end);
      unusable.push({ ...named, why });
    }
  }
  const isAll = usable.length === source.audio.length;
  return isAll ? source : { ...source, audio: usable, audioLeftOut: unusable };
}

async function decode(
  source: Source,
  tracks: readonly AudioTrack[],
  { tools, signal }: TrySoundOptions,
): Promise<RunResult> {
  const end = await run(
    tools.ffmpeg,
    [
      ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-t', TRIED_SECONDS],
      sourceArgs(source),
      ...tracks.map(({ index }) => ['-map', `0:${index}`]),
      ['-f', 'null', '-'],
    ].flat(),
    { signal, timeoutMs: 60_000 },
  );
  signal.throwIfAborted();
  return end;
}

/** A drive that does not answer, or a program that was killed, says nothing about a track. */
function isGood({ outcome, exitCode }: RunResult): boolean {
  return outcome !== 'exited' || exitCode === 0;
}

function explain({ stderrTail }: RunResult): string {
  const said = stderrTail.find((line) => /decod|codec|invalid|error/i.test(line)) ?? stderrTail[0];
  const plain = cleanText((said ?? 'it says nothing').replace(/^\[[^\]]*\]\s*/, ''), {
    maxLength: 160,
  });
  return `ffmpeg cannot decode it (${plain.replace(/[.\s]+$/, '')})`;
}
