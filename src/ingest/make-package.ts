import { basename } from 'node:path';
import { type DecodeCheck, openDecodeCheck } from '../ffmpeg/check/decode-check.ts';
import { encode } from '../ffmpeg/encode/encode.ts';
import { extractBurnt } from '../ffmpeg/text/extract-burnt.ts';
import { addStoryboard } from '../hls/add-storyboard.ts';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import { type GatedPackage, gate } from '../hls/gate.ts';
import { segmentJudge } from '../hls/segment-judge.ts';
import { scanSegment } from '../library/scan-segment.ts';
import { type Loudness, SILENCE_LUFS, TARGET_LUFS } from '../model/loudness.ts';
import type { PackagedSubtitle } from '../model/package.ts';
import { copiedNames, type Plan } from '../model/plan.ts';
import { INIT_FILE, type Segment } from '../model/segment.ts';
import type { PutRequest } from '../model/store.ts';
import { keys, objectHeaders } from '../plan/keys.ts';
import type { IngestContext } from './context.ts';
import { type Dropper, openDropper } from './drop-uploaded.ts';
import { EncodeMeter } from './encode-meter.ts';
import { goOn } from './go-on.ts';
import type { Kept } from './keep-segments.ts';
import { blameResume } from './resume-error.ts';
import { initFileOf, segmentFile } from './segment-file.ts';
import { takeQuality } from './take-quality.ts';
import { takeStoryboard } from './take-storyboard.ts';
import type { SourceWatch } from './watch-source.ts';
import { openSoundScale, type SoundScale } from './weigh-sound.ts';
import type { FilmUploads } from './with-uploads.ts';
import type { WorkFolder } from './work-folder.ts';

export type MakePackageOptions = Readonly<{
  plan: Plan;
  folder: WorkFolder;
  /** Whether to go on from what earlier attempts have left. */
  mayGoOn: boolean;
  uploads: FilmUploads;
  /** Send each segment as soon as it is final, rather than all after the gate. */
  overlap: boolean;
  /** Take segments off the disk that the store has. */
  dropUploaded: boolean;
  watch: SourceWatch;
  /** Read meanwhile. */
  subtitles: Promise<readonly PackagedSubtitle[]>;
  /** Measure the quality of what was made; needs libvmaf. */
  reportsQuality: boolean;
  /** How long ffmpeg may make no progress. */
  stallMs: number;
  context: Pick<IngestContext, 'tools' | 'store' | 'report' | 'signal'>;
}>;

/**
 * Encodes the film, or what is left of it to encode, sends its segments on their way, and lets it
 * through the gate. What it returns was verified, in every byte and in decoded samples; its segments may
 * still be under way. Throws `encode` or `space`; whatever was uploaded by then is not referred to by
 * anything.
 */
export async function makePackage(options: MakePackageOptions): Promise<GatedPackage> {
  const { plan, context } = options;
  const { tools, signal } = context;
  const { burnt, source } = plan;
  const { dir } = options.folder;
  if (burnt?.kind === 'text') await extractBurnt(burnt, { tools, source, dir, signal });
  const { uploads } = options;
  const decoding = openDecodeCheck({
    tools,
    dir,
    expectedSegments: plan.estimate.segments / (plan.video.length + plan.audio.length),
    copied: copiedNames(plan),
    isAwaited: options.dropUploaded,
    signal,
  });
  const scale = openSoundScale(plan, context);
  const dropper = options.dropUploaded ? openDropper(plan, uploads) : undefined;
  const seen = { madeMore: false };
  let kept: Kept | undefined;
  try {
    kept = await goOn({
      ...options,
      listed: uploads.listed,
      onTaken: async (segment, stored) => {
        if (dropper === undefined) return;
        if (stored !== undefined) uploads.note(stored);
        await dropper.add(segment, decoding.take(segmentFile(segment)));
      },
    });
    return await makeAndCheck(options, { decoding, scale, dropper, kept, seen });
  } catch (error) {
    signal.throwIfAborted();
    throw kept === undefined ? error : blameResume(error, seen);
  } finally {
    await Promise.all([scale.close(), decoding.close()]);
  }
}

/** What goes along with the encode. */
type Beside = Readonly<{
  decoding: DecodeCheck;
  scale: SoundScale;
  dropper: Dropper | undefined;
  /** What need not be encoded. */
  kept: Kept | undefined;
  /** Set once the encoder has made a segment with pictures. */
  seen: { madeMore: boolean };
}>;

async function makeAndCheck(options: MakePackageOptions, beside: Beside): Promise<GatedPackage> {
  const { plan, uploads, overlap, context } = options;
  const { decoding, scale } = beside;
  if (plan.video.every(({ isCopied }) => isCopied)) options.watch.suspect('all');
  else if (plan.audio.some(({ isCopied }) => isCopied)) options.watch.suspect('sound');
  const segments = await encodeSegments(options, beside);
  context.report({ type: 'step', step: 'check' });
  const damage = await options.watch.finish();
  const subtitles = await options.subtitles;
  const verified = gate({ plan, segments, revision: plan.revision, damage, subtitles });
  // Both are done while the last uploads are.
  const storyboard = takeStoryboard({
    plan,
    package: verified,
    dir: options.folder.dir,
    context,
  });
  storyboard.catch(() => {}); // of a stop: the check below throws it as well
  const { keyFrames } = await decoding.finish(
    verified.renditions.map(({ name, segments: inOrder }) => ({
      name,
      segments: inOrder.map(({ file, facts: { frames, keyFrames } }) => ({
        file,
        frames,
        keyFrames: keyFrames.length,
      })),
      init: initFileOf(segments.find(({ rendition }) => rendition === name)),
    })),
  );
  const made = await storyboard;
  const film = made === undefined ? verified : addStoryboard(verified, made);
  context.report({
    type: 'checked',
    segments: segments.length,
    keyFrames,
    durationMs: Math.round(film.durationSeconds * 1000),
    subtitles: film.subtitles.length,
    ...(made === undefined ? {} : { tiles: made.spans.length }),
  });
  for (const message of verified.warnings) context.report({ type: 'warning', message });
  const loudness = await scale.finish();
  reportLoudness(loudness, options);
  const quality = options.reportsQuality
    ? await takeQuality({ plan, package: film, dir: options.folder.dir, context })
    : undefined;
  if (!overlap) for (const segment of segments) await addAll(uploads, putsOf(segment, options));
  return { ...film, loudness, ...(quality === undefined ? {} : { quality }) };
}

/** Quieter than other films to everybody's ear. */
const FAR_LU = 2;

function reportLoudness(
  loudness: ReadonlyMap<string, Loudness>,
  { plan, context: { report } }: MakePackageOptions,
): void {
  const tracks = plan.audio.flatMap(({ name, language, label, channels }) => {
    const measured = loudness.get(name);
    return measured === undefined ? [] : [{ name, language, label, channels, ...measured }];
  });
  if (tracks.length > 0) report({ type: 'loudness', tracks });
  for (const { name, label, integratedLufs } of tracks) {
    if (integratedLufs <= SILENCE_LUFS) {
      report({ type: 'warning', message: `${name} (${label}) is silent from beginning to end` });
      continue;
    }
    const gainDb = plan.audio.find((rendition) => rendition.name === name)?.gainDb;
    if (gainDb === undefined || integratedLufs > TARGET_LUFS - FAR_LU) continue;
    const message = `${name} (${label}) came out at ${integratedLufs} LUFS, not ${TARGET_LUFS}, although it was lifted by ${gainDb} dB: more would bring up its noise`;
    report({ type: 'warning', message });
  }
}

async function encodeSegments(
  options: MakePackageOptions,
  { decoding, scale, dropper, kept, seen }: Beside,
): Promise<readonly ScannedSegment[]> {
  const { plan, uploads, overlap, context } = options;
  const { tools, report, signal } = context;
  const segments: ScannedSegment[] = [];
  const meter = new EncodeMeter(plan, kept?.firstSegment);
  const judge = segmentJudge(plan);
  const take = async (segment: ScannedSegment, body?: Segment['body']) => {
    segments.push(segment);
    meter.took(segment);
    scale.add(segment);
    decoding.throwIfFailed();
    void decoding.take(segmentFile(segment));
    if (!overlap) return;
    for (const put of putsOf(segment, options, body)) {
      if (!uploads.stored.has(put.key)) await uploads.add(put);
    }
  };
  report({ type: 'step', step: 'encode' });
  const encoding = encode(plan, {
    tools,
    dir: options.folder.dir,
    goOn: kept,
    scan: scanSegment,
    judge,
    stallMs: options.stallMs,
    onProgress: (progress) => report(meter.progress(progress)),
    onStderrLine: options.watch.heard,
    signal,
  });
  for (const segment of kept?.segments ?? []) {
    judge({ ...segment, isLast: false }); // what follows must be like them
    await take(segment);
  }
  for await (const { body, ...segment } of encoding) {
    seen.madeMore ||= segment.facts.kind === 'video';
    await take(segment, body);
    await dropper?.add(segment, decoding.take(segmentFile(segment)));
  }
  report(meter.encoded());
  return segments;
}

/**
 * A segment's way to the store: from memory when it is there, else from its file. With the first one
 * of a rendition goes its init segment.
 */
function putsOf(
  { rendition, index, path, facts, init }: ScannedSegment,
  { plan }: MakePackageOptions,
  body?: Segment['body'],
): readonly PutRequest[] {
  const folder = `${keys.revision(plan.slug, plan.revision)}${rendition}/`;
  const put = (key: string, bytes: PutRequest['body']) => ({
    key,
    body: bytes,
    ...objectHeaders(key),
  });
  return [
    ...(init === undefined || index > 0 ? [] : [put(`${folder}${INIT_FILE}`, init.body)]),
    put(`${folder}${basename(path)}`, body ?? { path, bytes: facts.bytes }),
  ];
}

async function addAll(uploads: FilmUploads, puts: readonly PutRequest[]): Promise<void> {
  for (const put of puts) await uploads.add(put);
}
