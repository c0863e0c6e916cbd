import { runFfmpeg } from './run-ffmpeg.ts';

/** dB below full scale of a sine, by channel and frequency. */
export type ToneLevels = readonly Readonly<Record<number, number>>[];

const RATE = 48_000;

/**
 * Decodes a sound with ffmpeg and says how loud each frequency is in each channel, from the second
 * `from` on for one second: 0 dB is a sine that reaches full scale.
 */
export async function measureTones(
  path: string,
  options: Readonly<{ channels: number; frequencies: readonly number[]; from?: number }>,
): Promise<ToneLevels> {
  const { channels, frequencies, from = 1 } = options;
  const samples = await decodeSamples(path, { channels, from, seconds: 1 });
  return Array.from({ length: channels }, (_, channel) =>
    Object.fromEntries(
      frequencies.map((frequency) => [
        frequency,
        20 * Math.log10(amplitude(samples, { channel, channels, frequency }) + 1e-9),
      ]),
    ),
  );
}

/** Interleaved floating-point samples at 48 kHz. */
export async function decodeSamples(
  path: string,
  { channels, from, seconds }: Readonly<{ channels: number; from: number; seconds: number }>,
): Promise<Float32Array> {
  const cut = `atrim=start_sample=${from * RATE}:end_sample=${(from + seconds) * RATE}`;
  const { stdout } = await runFfmpeg([
    ...['-i', path, '-map', '0:a:0', '-af', `aresample=${RATE},${cut}`, '-f', 'f32le', 'pipe:1'],
  ]);
  const samples = new Float32Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
  );
  if (samples.length !== seconds * RATE * channels) {
    throw new Error(
      `${samples.length} samples in ${path}, not ${channels} channels of ${seconds} s`,
    );
  }
  return samples;
}

/** By correlation with sine and cosine over whole periods: exact for whole frequencies in one second. */
function amplitude(
  samples: Float32Array,
  at: Readonly<{ channel: number; channels: number; frequency: number }>,
): number {
  const count = samples.length / at.channels;
  let sine = 0;
  let cosine = 0;
  for (let index = 0; index < count; index += 1) {
    const phase = (2 * Math.PI * at.frequency * index) / RATE;
    const value = samples[index * at.channels + at.channel] ?? 0;
    sine += value * Math.sin(phase);
    cosine += value * Math.cos(phase);
  }
  return (2 * Math.hypot(sine, cosine)) / count;
}
