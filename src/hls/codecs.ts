import { readSps } from '../lib/read-sps.ts';
import type { SegmentFacts } from '../model/segment.ts';

/** `avc1.64001f` or `mp4a.40.2` as RFC 6381 writes it, from what is in the stream itself. */
export function codecOf(facts: SegmentFacts): string | undefined {
  if (facts.audio !== undefined) return `mp4a.40.${facts.audio.objectType}`;
  return facts.sps === undefined ? undefined : readSps(facts.sps)?.codec;
}
