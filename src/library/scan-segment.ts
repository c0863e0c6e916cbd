import { scanSegment as scanFmp4 } from '../lib/fmp4/scan-segment.ts';
import { scanSegment as scanTs } from '../lib/mpegts/scan-segment.ts';
import type { SegmentFacts } from '../model/segment.ts';

/** One pass over a segment's bytes; `init` is what stands in front of an fMP4 one. */
export function scanSegment(bytes: Uint8Array, init?: Uint8Array): SegmentFacts {
  return init === undefined ? scanTs(bytes) : scanFmp4(bytes, init);
}
