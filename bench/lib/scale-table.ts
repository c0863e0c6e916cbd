import { type Fleet, simulateFleet } from './simulate-fleet.ts';

/** 105 minutes in `default`: the averages of its rungs and of one sound track, in segments of 6 s. */
const FILM = {
  filmSeconds: 6_300,
  filmBytes: ((800 + 3_200 + 6_000 + 128) * 1_000 * 6_300) / 8,
  filmObjects: 4 * 1_050 + 40,
  fixedSeconds: 60,
} as const;

/** Film time per wall time of one machine; where each figure is from stands in docs/scale.md. */
const ENCODERS = { 'libx264, 2 cores': 0.8, 'libx264, 8 cores': 3.2, VideoToolbox: 8.9 } as const;

const MBIT = 125_000;

const LINES: readonly Readonly<{ name: string; bytesPerSecond: number; isShared: boolean }>[] = [
  { name: '20 Mbit/s, one for all', bytesPerSecond: 20 * MBIT, isShared: true },
  { name: '100 Mbit/s, one for all', bytesPerSecond: 100 * MBIT, isShared: true },
  { name: '1 Gbit/s, one for all', bytesPerSecond: 1_000 * MBIT, isShared: true },
  { name: '1 Gbit/s each', bytesPerSecond: 1_000 * MBIT, isShared: false },
];

const MACHINES = [1, 2, 4, 8] as const;

/** The table of docs/scale.md: 500 films, in days, with what keeps them from being faster. */
export function scaleTable(): string {
  const rows = Object.entries(ENCODERS).flatMap(([encoder, encodeSpeed]) =>
    LINES.map(({ name, bytesPerSecond, isShared }) => {
      const runs = MACHINES.map((machines) => {
        const fleet: Fleet = {
          ...FILM,
          films: 500,
          machines,
          encodeSpeed,
          uplinkBytesPerSecond: bytesPerSecond,
          sharesUplink: isShared,
        };
        return simulateFleet(fleet);
      });
      const cells = runs.map(
        ({ hours, limit }) => `${days(hours)}${limit === 'uplink' ? ' ↑' : ''}`,
      );
      const puts = Math.max(...runs.map(({ putsPerSecond }) => putsPerSecond));
      return `| ${encoder} | ${name} | ${cells.join(' | ')} | ${puts.toFixed(1)} |`;
    }),
  );
  return [
    `| encoder | uplink | ${MACHINES.map((count) => `${count} machine${count === 1 ? '' : 's'}`).join(' | ')} | most PUTs a second |`,
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function days(hours: number): string {
  const count = hours / 24;
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} d`;
}
