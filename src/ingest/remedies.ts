import { IngestError } from '../errors.ts';
import { EncodeError } from '../ffmpeg/encode/encode-error.ts';
import { copiedNames } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { isVideoToolbox } from '../model/toolchain.ts';
import { ResumeError } from './resume-error.ts';
import type { Remedy } from './try-plans.ts';

/** What is tried about an encode that failed, in this order. */
export function remedies({ encoder }: Pick<Settings, 'encoder'>): readonly Remedy[] {
  // Whoever names an encoder gets that one or an error, never hours of another.
  return encoder === 'auto'
    ? [onceMore, fromTheStart, encodeAll, otherToneMapper, softwareEncoder]
    : [onceMore, fromTheStart, encodeAll, otherToneMapper];
}

/** An ffmpeg that crashed, was killed or got stuck: the same again. */
const onceMore: Remedy = ({ error }) => {
  if (!(error instanceof EncodeError) || !error.mayPass) return undefined;
  return { message: `${error.message}: the film is encoded once more` };
};

/**
 * It was gone on with, and what came out does not fit: the encoder is another one than it says, the film
 * cannot be sought in, or what was kept is damaged where no scan sees it. A new encode tells.
 */
const fromTheStart: Remedy = ({ error }) => {
  if (!(error instanceof ResumeError)) return undefined;
  return { message: `${error.message}: the film is encoded from its start` };
};

/**
 * What was made beside a copied stream is not as planned: the film says something else in its packets
 * than what is in them. Everything is encoded then (performance.md §2.5).
 */
const encodeAll: Remedy = ({ plan, error }) => {
  const copied = copiedNames(plan);
  if (copied.length === 0) return undefined;
  if (!(error instanceof IngestError) || error.exit !== 'encode') return undefined;
  return {
    lessons: { failedCopy: `copied as ${copied.join(', ')} it failed: ${error.message}` },
    message: `nothing of the film is copied: ${error.message}`,
  };
};

/**
 * Apple's way from HDR to SDR passed its trial and failed at this film, in the encode or at its poster:
 * the next one. While Apple's encoder may have been it, only where ffmpeg names it; afterwards whatever
 * is said.
 */
const otherToneMapper: Remedy = ({ plan, error }) => {
  const { toneMap: name } = plan.picture;
  if (name !== 'scale_vt') return undefined;
  if (!(error instanceof IngestError) || !['encode', 'film'].includes(error.exit)) return undefined;
  const isNamed = /scale_vt|hw(up|down)load/.test(`${error.message} ${error.why}`);
  if (!isNamed && isVideoToolbox(plan.encoder.name)) return undefined;
  const why = `it failed at this film: ${error.message}`;
  return { lessons: { failedToneMapper: { name, why } }, message: `${name} is not used, ${why}` };
};

/**
 * Whatever the hardware encoder did wrong, at its start, in the middle, or as the checks found: the
 * software encoder makes the film. Its decoder goes with it, so pictures that were lost there come back.
 */
const softwareEncoder: Remedy = ({ plan, error }) => {
  const { name } = plan.encoder;
  if (!isVideoToolbox(name)) return undefined;
  if (!(error instanceof IngestError) || error.exit !== 'encode') return undefined;
  const why = `it failed at this film: ${error.message}`;
  return {
    lessons: { failedEncoder: { name, why } },
    message: `${name} is not used, ${why}`,
  };
};
