import { medians, timeCommand } from './lib/measure.ts';
import type { Bench } from './lib/result.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** One process and one decode for all rungs, against a script that runs ffmpeg once per rung. */
export const p2: Bench = {
  id: 'P2',
  run: async () => {
    const workshop = new Workshop();
    try {
      // Two minutes: what starting and ending costs is weighed by P1.
      const film = await workshop.loopedSample(1080, 4);
      const { ffmpeg, plan } = await workshop.planOf(film, []);
      const { add, one, three } = await medians(1, {
        one: () => timeCommand(ffmpeg, plan.ffmpegArgs, { cwd: workshop.folder('one') }),
        add: async () =>
          timeCommand(process.execPath, [BIN, 'add', film], { env: await workshop.freshEnv() }),
        three: async () => {
          let seconds = 0;
          for (const rung of RUNGS) {
            seconds += await timeCommand(ffmpeg, oneRung(film, rung), {
              cwd: workshop.folder('rung'),
            });
          }
          return seconds;
        },
      });
      return [
        {
          id: 'P2',
          what: 'add to S3 + MongoDB ÷ three ffmpeg runs, one per rung, 2 minutes at 1080p',
          value: add / three,
          goal: { atMost: 0.85 },
          detail: `${add.toFixed(1)} s ÷ ${three.toFixed(1)} s`,
        },
        {
          id: 'P2',
          what: 'three ffmpeg runs, one per rung ÷ one that makes all rungs',
          value: three / one,
          detail: `${three.toFixed(1)} s ÷ ${one.toFixed(1)} s`,
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};

type Rung = Readonly<{ size: string; maxKbps: number }>;

const RUNGS: readonly Rung[] = [
  { size: '640:360', maxKbps: 900 },
  { size: '1280:720', maxKbps: 3500 },
  { size: '1920:1080', maxKbps: 6500 },
];

/** The same encoder settings, as a script would write them. */
function oneRung(film: string, { size, maxKbps }: Rung): readonly string[] {
  return [
    ['-v', 'error', '-nostdin', '-y', '-i', film],
    ['-vf', `fps=24,scale=${size}:flags=lanczos,format=yuv420p`],
    ['-c:v', 'libx264', '-preset', 'faster', '-profile:v', 'high', '-crf', '22'],
    ['-maxrate', `${maxKbps}k`, '-bufsize', `${2 * maxKbps}k`],
    ['-g', '48', '-keyint_min', '48', '-sc_threshold', '0'],
    ['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
    ['-f', 'hls', '-hls_time', '6', '-hls_playlist_type', 'vod', 'index.m3u8'],
  ].flat();
}
