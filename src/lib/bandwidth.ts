/** A segment, or a key frame of an I-frame playlist. */
export type Piece = Readonly<{ bytes: number; durationSeconds: number }>;

/** Bits per second, rounded up. */
export type Bandwidth = Readonly<{ peak: number; average: number }>;

/**
 * Peak and average bit rate of a playlist as RFC 8216 §4.1 defines them: the peak is the highest rate
 * of any run of neighbouring segments that lasts 0.5 to 1.5 target durations. A playlist that is too
 * short to hold such a run has its average as peak.
 */
export function measureBandwidth(pieces: readonly Piece[], targetSeconds: number): Bandwidth {
  const average = rateOf(sum(pieces));
  let peak = 0;
  for (let first = 0; first < pieces.length; first += 1) {
    peak = Math.max(peak, highestRateFrom(pieces, first, targetSeconds));
  }
  return { peak: Math.ceil(peak === 0 ? average : peak), average: Math.ceil(average) };
}

/** EXT-X-TARGETDURATION: no segment, rounded, may last longer (RFC 8216 §4.3.3.1). */
export function targetDuration(durations: readonly number[]): number {
  return durations.reduce((longest, seconds) => Math.max(longest, Math.round(seconds)), 1);
}

function highestRateFrom(pieces: readonly Piece[], first: number, targetSeconds: number): number {
  let peak = 0;
  let bytes = 0;
  let durationSeconds = 0;
  for (let last = first; last < pieces.length; last += 1) {
    bytes += pieces[last]?.bytes ?? 0;
    durationSeconds += pieces[last]?.durationSeconds ?? 0;
    if (durationSeconds > targetSeconds * 1.5) break;
    if (durationSeconds >= targetSeconds * 0.5) {
      peak = Math.max(peak, rateOf({ bytes, durationSeconds }));
    }
  }
  return peak;
}

function sum(pieces: readonly Piece[]): Piece {
  return {
    bytes: pieces.reduce((total, piece) => total + piece.bytes, 0),
    durationSeconds: pieces.reduce((total, piece) => total + piece.durationSeconds, 0),
  };
}

function rateOf(piece: Piece): number {
  return piece.durationSeconds > 0 ? (piece.bytes * 8) / piece.durationSeconds : 0;
}
