import { basename } from 'node:path';
import { encodeArgs } from '../ffmpeg/encode/encode-args.ts';
import { probe } from '../ffmpeg/probe/probe.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Copyable } from '../model/coded-stream.ts';
import { copiedNames, type Plan } from '../model/plan.ts';
import { probedEvent } from '../model/probed-event.ts';
import type { FilmLimits, Settings } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import type { Toolchain } from '../model/toolchain.ts';
import { makePlan, type PlanRequest } from '../plan/make-plan.ts';
import type { IngestContext } from './context.ts';
import { findCopyable } from './find-copyable.ts';
import { hearSound } from './hear-sound.ts';
import type { Lessons } from './lessons.ts';
import { measurePicture } from './measure-picture.ts';

type PlanContext = Pick<IngestContext, 'tools' | 'toolchain' | 'preset' | 'report' | 'signal'> &
  Readonly<{ settings: Pick<Settings, 'hdr' | keyof FilmLimits> }>;

type PlanWishes = Pick<PlanRequest, 'slug' | 'subtitleFiles' | 'burnSubtitle'> &
  Readonly<{
    /** Tell whether the largest rung brings more than the one below it. */
    looksAtDetail?: boolean;
  }>;

/**
 * Probes a film and decides everything about its encode. Reads the film's header, its packets where it
 * may be copied, and all of it where its loudness is to be known; writes nothing.
 */
export async function planFilm(
  { path, ...wishes }: PlanWishes & Readonly<{ path: string }>,
  context: PlanContext,
): Promise<Plan> {
  const { tools, settings, report, signal } = context;
  report({ type: 'step', step: 'probe' });
  const probed = await probe(path, { tools, limits: settings, signal });
  report(probedEvent(probed));
  const source = await hearSound(probed, context);
  return planSource({ ...wishes, source, lessons: {} }, context);
}

/** Decides everything about the encode of a film that was probed, heeding what attempts have shown. */
export async function planSource(
  {
    source,
    lessons,
    looksAtDetail = false,
    ...wishes
  }: PlanWishes & Readonly<{ source: Source; lessons: Lessons }>,
  context: PlanContext,
): Promise<Plan> {
  const { preset, settings, report } = context;
  report({ type: 'step', step: 'plan' });
  const toolchain = without(lessons, await context.toolchain());
  const copyable = await findUnless(lessons.failedCopy, source, context);
  const { hdr } = settings;
  const request = { ...wishes, source, preset, toolchain, hdr, copyable, encodeArgs };
  const { tools, signal } = context;
  const measured = await measurePicture({
    plan: makePlan(request),
    preset,
    tools,
    looksAtDetail,
    signal,
  });
  const plan = makePlan({ ...request, measured });
  report({
    type: 'planned',
    slug: plan.slug,
    revision: plan.revision,
    preset: plan.preset,
    encoder: plan.encoder.name,
    encoderReason: plan.encoder.reason,
    renditions: plan.video.map(({ name, width, height }) => ({ name, width, height })),
    subtitles: plan.subtitles.map(({ language, label }) => ({ language, label })),
    copied: copiedNames(plan),
    copyReason: plan.copyReason,
    estimatedBytes: plan.estimate.bytes,
    estimatedObjects: plan.estimate.objects,
  });
  for (const message of plan.warnings) {
    report({
      type: 'warning',
      message: `${cleanText(basename(source.path), { maxLength: 100 })}: ${message}`,
    });
  }
  return plan;
}

async function findUnless(
  failedCopy: string | undefined,
  source: Source,
  { preset, tools, signal }: PlanContext,
): Promise<Copyable> {
  if (failedCopy !== undefined) return { picture: { objection: failedCopy }, sounds: [] };
  return findCopyable({ source, preset, tools, signal });
}

/** The toolchain as if the trial had shown what the film did. */
function without(
  { failedEncoder, failedToneMapper }: Lessons,
  { encoders, toneMappers, ...toolchain }: Toolchain,
): Toolchain {
  return {
    ...toolchain,
    encoders: encoders.map((trial) => asLearnt(trial, failedEncoder)),
    toneMappers: toneMappers.map((trial) => asLearnt(trial, failedToneMapper)),
  };
}

function asLearnt<Trial extends Readonly<{ name: string; works: boolean; detail: string }>>(
  trial: Trial,
  failed: Readonly<{ name: string; why: string }> | undefined,
): Trial {
  return trial.name === failed?.name ? { ...trial, works: false, detail: failed.why } : trial;
}
