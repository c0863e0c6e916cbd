import type { Container } from '../model/preset.ts';
import { INIT_FILE } from '../model/segment.ts';

/** 6 is what EXT-X-MAP needs (RFC 8216 §7); for fMP4 Apple's own tools and ffmpeg write 7. */
export function versionTag(container: Container): string {
  return `#EXT-X-VERSION:${container === 'fmp4' ? 7 : 6}`;
}

/** Names the init segment of a rendition in fMP4, which lies beside its segments. */
export const INIT_MAP = `#EXT-X-MAP:URI="${INIT_FILE}"`;
