import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { scanSegment } from '../src/lib/mpegts/scan-segment.ts';
import { meteredFfmpeg } from './lib/metered-ffmpeg.ts';
import type { Bench, Figure } from './lib/result.ts';
import { BIN, Workshop } from './lib/workshop.ts';

/** What makes a film trustworthy and browsable must cost next to nothing: in CPU, which no other program disturbs. */
export const p12: Bench = {
  id: 'P12',
  run: async () => {
    const workshop = new Workshop();
    try {
      return [
        {
          ...(await shareOf(workshop, await workshop.loopedSample(480, 11))),
          what: 'gate, poster and storyboard ÷ encode, 5.5 minutes at 480p',
        },
        {
          ...(await shareOf(workshop, await workshop.loopedSample(1080, 4))),
          what: 'the same, 2 minutes at 1080p',
        },
      ];
    } finally {
      await workshop.close();
    }
  },
};

async function shareOf(workshop: Workshop, film: string): Promise<Omit<Figure, 'what'>> {
  const home = workshop.folder('home');
  const metered = meteredFfmpeg(join(home, 'ffmpeg'), await which('ffmpeg'));
  await execa(process.execPath, [BIN, 'add', film, '--no-copy'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      MOVIE_INGEST_LIBRARY: join(home, 'library'),
      MOVIE_INGEST_FFMPEG: metered.ffmpeg,
      MOVIE_INGEST_FFPROBE: await which('ffprobe'),
    },
    extendEnv: false,
    stdin: 'ignore',
  });
  const { encode, check, storyboard, poster } = metered.spent();
  const scan = scanAgain(join(home, 'library', 'media'));
  const parts = { check, scan, poster, storyboard };
  const list = Object.entries(parts).map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`);
  if (Math.min(encode, check, storyboard, poster) === 0) {
    throw new Error(`a part was not metered: encode ${encode}, ${list.join(', ')}`);
  }
  return {
    id: 'P12',
    value: (check + scan + storyboard + poster) / encode,
    goal: { atMost: 0.05 },
    detail: `CPU seconds: ${list.join(' + ')} ÷ ${encode.toFixed(1)}`,
  };
}

async function which(program: string): Promise<string> {
  const { stdout } = await execa('which', [program]);
  return stdout;
}

/** What the gate does in our own process, once more: reading every packet of every segment. */
function scanAgain(media: string): number {
  const segments = readdirSync(media, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(media, name)));
  const before = process.cpuUsage();
  for (const segment of segments) scanSegment(segment);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
