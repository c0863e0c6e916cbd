/** How far an encode is. */
export type Progress = Readonly<{
  doneMs: number;
  /** Pictures of the first rendition so far. Never backwards, like `doneMs`. */
  frames: number;
  fps: number;
  speed: number;
}>;

/**
 * Reads `-progress` output line by line and reports at the end of each block. Values may be `N/A`, keys
 * may be unknown, and `out_time_ms` is microseconds as well (ffmpeg-hls.md §3): `out_time_us` is used.
 */
export function progressReader(onProgress: (progress: Progress) => void): (line: string) => void {
  let block: Record<string, string> = {};
  let doneMs = 0;
  let frames = 0;
  return (line) => {
    const at = line.indexOf('=');
    if (at < 0) return;
    const key = line.slice(0, at).trim();
    block[key] = line.slice(at + 1).trim();
    if (key !== 'progress') return;
    const timeUs = Number(block['out_time_us']);
    // Never backwards: a restart of the clock inside ffmpeg is not news for the user.
    if (Number.isFinite(timeUs)) doneMs = Math.max(doneMs, timeUs / 1000);
    frames = Math.max(frames, positive(block['frame']));
    onProgress({ doneMs, frames, fps: positive(block['fps']), speed: positive(block['speed']) });
    block = {};
  };
}

function positive(text: string | undefined): number {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) && value > 0 ? value : 0;
}
