import { basename } from 'node:path';
import { encodeArgs } from '../ffmpeg/encode-args.ts';
import { probe } from '../ffmpeg/probe.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Plan } from '../model/plan.ts';
import { probedEvent } from '../model/probed-event.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { IngestContext } from './context.ts';

/** Probes a film and decides everything about its encode. Reads the film's header; writes nothing. */
export async function planFilm(
  { path, slug }: Readonly<{ path: string; slug: string }>,
  context: Pick<IngestContext, 'tools' | 'toolchain' | 'preset' | 'report' | 'signal'>,
): Promise<Plan> {
  const { tools, preset, report, signal } = context;
  report({ type: 'step', step: 'probe' });
  const source = await probe(path, { tools, signal });
  report(probedEvent(source));
  report({ type: 'step', step: 'plan' });
  const toolchain = await context.toolchain();
  const plan = makePlan({ slug, source, preset, toolchain, encodeArgs });
  report({
    type: 'planned',
    slug,
    revision: plan.revision,
    preset: plan.preset,
    encoder: plan.encoder.name,
    encoderReason: plan.encoder.reason,
    renditions: plan.video.map(({ name, width, height }) => ({ name, width, height })),
    estimatedBytes: plan.estimate.bytes,
    estimatedObjects: plan.estimate.objects,
  });
  for (const message of plan.warnings) {
    report({
      type: 'warning',
      message: `${cleanText(basename(path), { maxLength: 100 })}: ${message}`,
    });
  }
  return plan;
}
