import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitName, IngestError } from '../errors.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { noRoom } from '../lib/no-room.ts';
import type { Preset } from '../model/preset.ts';
import type { Settings } from '../model/settings.ts';
import type { EncoderTrial, Toolchain, Tools } from '../model/toolchain.ts';
import type { Check } from '../ui/print-checks.ts';
import type { NetworkFolder } from './network-volumes.ts';

/** A line of `doctor`; a failed one has the exit code that it would mean for `add`. */
export type SetupCheck = Check & Readonly<{ exit?: ExitName }>;

/** What is looked at, as functions, so that a test can make each of them fail. */
export type SetupParts = Readonly<{
  /** `v20.20.2`. */
  nodeVersion: string;
  settings: Pick<Settings, 'workDir' | 'stateDir' | 'origins'>;
  /** Those of the folders that are on network volumes. */
  networkFolders: () => Promise<readonly NetworkFolder[]>;
  loadPreset: () => Promise<Preset>;
  findTools: () => Promise<Tools>;
  toolVersion: (name: 'ffmpeg' | 'ffprobe', path: string) => Promise<string>;
  inspectToolchain: (tools: Tools) => Promise<Toolchain>;
  /** Both answer with the name of what was checked, for people. */
  checkStore: () => Promise<string>;
  checkCatalog: () => Promise<string>;
  findUploads: () => Promise<LeftUploads>;
  /** What aborts them: `movie-ingest doctor --clean`. */
  cleanCommand: string;
}>;

/** Uploads in parts that were begun and never finished. */
export type LeftUploads = Readonly<{ count: number; areAborted: boolean }>;

export type SetupReport = Readonly<{ checks: readonly SetupCheck[]; exit: ExitName }>;

/**
 * Looks at everything that `add` needs, each whether or not another failed (but no encoder is tried
 * without an ffmpeg), and answers with a line for each in a fixed order. `exit` is that of the first
 * line that failed, else `ok`. Values of settings are not told, only where they come from. Writes
 * nothing that stays but the folders of work and state.
 */
export async function checkSetup(parts: SetupParts): Promise<SetupReport> {
  const { settings } = parts;
  const groups = await Promise.all([
    checkNode(parts.nodeVersion),
    checkOrigins(settings.origins),
    attempt('preset', () => checkPreset(parts)),
    checkTools(parts),
    attempt('work folder', () => checkFolder('work folder', settings.workDir, WORK_SPACE)),
    attempt('state folder', () => checkFolder('state folder', settings.stateDir, STATE_SPACE)),
    attempt('volumes', () => checkVolumes(parts)),
    checkStore(parts),
    attempt('catalogue', () =>
      checkPlace('catalogue', parts.checkCatalog, 'reads and writes work'),
    ),
  ]);
  const checks = groups.flat();
  const failed = checks.find(({ status }) => status === 'failed');
  return { checks, exit: failed === undefined ? 'ok' : (failed.exit ?? 'bug') };
}

/** A check that throws has failed, for the reason that the error gives. */
export async function attempt(
  name: string,
  check: () => Promise<SetupCheck | readonly SetupCheck[]>,
): Promise<readonly SetupCheck[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [failedCheck(name, error)];
  }
}

function failedCheck(name: string, error: unknown): SetupCheck {
  if (error instanceof IngestError) {
    const { message, why: cause, fix, exit } = error;
    return { status: 'failed', name, detail: message, cause, fix, exit };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 'failed', name, detail, exit: 'bug' };
}

/** Node 20 is past its end of life; the AWS SDK ends its support in January 2027. */
export function checkNode(version: string): SetupCheck {
  const detail = version.replace(/^v/, '');
  const major = Number.parseInt(detail, 10);
  if (major >= 22) return { status: 'ok', name: 'node', detail };
  return {
    status: 'warning',
    name: 'node',
    detail: `${detail}; 22 or newer is advised`,
    cause: `Node ${major} gets no security fixes any more, and the S3 client will soon refuse it.`,
    fix: 'Install Node 22 or newer; everything works with this one for now.',
  };
}

/** `R2_BUCKET in the environment, .env line 3`: where values come from, never the values. */
function checkOrigins(origins: Settings['origins']): SetupCheck {
  const places = [...new Set(Object.values(origins))].filter((origin) => origin !== 'default');
  const detail = places.length === 0 ? 'all defaults' : `from ${places.join(', ')}`;
  return { status: 'ok', name: 'settings', detail };
}

async function checkPreset(parts: SetupParts): Promise<SetupCheck> {
  const preset = await parts.loadPreset();
  const rungs = preset.rungs.map(({ name }) => name).join(' ');
  return { status: 'ok', name: 'preset', detail: `${preset.name}: ${rungs}` };
}

async function checkTools(parts: SetupParts): Promise<readonly SetupCheck[]> {
  let tools: Tools;
  try {
    tools = await parts.findTools();
  } catch (error) {
    return [failedCheck('ffmpeg', error)];
  }
  const version = (name: 'ffmpeg' | 'ffprobe') =>
    attempt(name, async () => {
      const found = await parts.toolVersion(name, tools[name]);
      return { status: 'ok', name, detail: `${found} at ${tools[name]}` };
    });
  const groups = await Promise.all([
    version('ffmpeg'),
    version('ffprobe'),
    attempt('encoder', async () => describeToolchain(await parts.inspectToolchain(tools))),
  ]);
  return groups.flat();
}

function describeToolchain({ encoders, filters }: Toolchain): readonly SetupCheck[] {
  return [...encoders.map(describeTrial), describeFilters(filters)];
}

/** Not a failure: the toolchain has another encoder that works, or it would have thrown. */
function describeTrial({ name, works, detail }: EncoderTrial): SetupCheck {
  if (works) return { status: 'ok', name: 'encoder', detail: `${name}: ${detail}` };
  return {
    status: 'warning',
    name: 'encoder',
    detail: `${name} does not work here and will not be used`,
    cause: detail,
  };
}

/** What a film needs that this ffmpeg cannot do. */
const FILTER_USES = [
  { needs: ['zscale', 'tonemap'], without: 'HDR films are refused' },
  { needs: ['bwdif'], without: 'interlaced films cannot be encoded' },
];

function describeFilters(filters: readonly string[]): SetupCheck {
  const lacks = FILTER_USES.filter(({ needs }) => needs.some((name) => !filters.includes(name)));
  const name = 'filters';
  if (lacks.length === 0) return { status: 'ok', name, detail: filters.join(' ') };
  const missing = lacks.flatMap(({ needs }) => needs.filter((it) => !filters.includes(it)));
  return {
    status: 'warning',
    name,
    detail: `without ${missing.join(', ')}: ${lacks.map(({ without }) => without).join('; ')}`,
    cause: 'This ffmpeg was built without them, as Homebrew’s is.',
    fix: 'On macOS: brew install ffmpeg-full (found by itself when no other ffmpeg is on PATH). On Debian: sudo apt-get install -y ffmpeg',
  };
}

type SpaceNeed = Readonly<{ enough: number; least: number }>;
const GB = 1e9;
/** A film of two hours takes 4 to 8 GB while it is made. */
const WORK_SPACE: SpaceNeed = { enough: 10 * GB, least: GB };
const STATE_SPACE: SpaceNeed = { enough: 0.1 * GB, least: 0.01 * GB };

/** Really writes, since rights, read-only mounts and macOS' privacy rules show only then. */
async function checkFolder(name: string, dir: string, need: SpaceNeed): Promise<SetupCheck> {
  await proveWritable(name, dir);
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const detail = `${dir}, ${formatBytes(free)} free`;
  if (free >= need.enough) return { status: 'ok', name, detail };
  const fix = 'Make space, or name another folder: --work-dir DIR';
  if (free >= need.least) return { status: 'warning', name, detail, fix };
  return { status: 'failed', name, detail, fix, exit: 'space' };
}

async function proveWritable(name: string, dir: string): Promise<void> {
  const probe = join(dir, `.movie-ingest-probe-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(probe, 'x');
    await rm(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const full = noRoom(error);
    throw new IngestError(full === undefined ? 'usage' : 'space', {
      what: `The ${name} ${dir} cannot be written (${code})`,
      ...(full && { why: full.why }),
      // EPERM on macOS is its privacy protection, EACCES are the rights of the file (Apple DTS).
      fix:
        code === 'EPERM'
          ? `On macOS: System Settings > Privacy & Security > Full Disk Access, add ${process.execPath}`
          : `Name another: ${name === 'work folder' ? '--work-dir DIR' : 'MOVIE_INGEST_STATE_DIR'}`,
      cause: error,
    });
  }
}

/** What lies about in the store is only looked for where the store answers. */
async function checkStore(parts: SetupParts): Promise<readonly SetupCheck[]> {
  const [place, ...more] = await attempt('store', () =>
    checkPlace('store', parts.checkStore, 'list, put, read and delete work'),
  );
  if (place?.status !== 'ok') return place === undefined ? more : [place, ...more];
  return [place, ...(await checkUploads(parts))];
}

async function checkUploads({
  findUploads,
  cleanCommand,
}: SetupParts): Promise<readonly SetupCheck[]> {
  const name = 'uploads';
  try {
    const { count, areAborted } = await findUploads();
    if (count === 0) return [{ status: 'ok', name, detail: 'none was left unfinished' }];
    const those = count === 1 ? '1 unfinished upload' : `${count} unfinished uploads`;
    if (areAborted) return [{ status: 'ok', name, detail: `${those} aborted` }];
    const cause =
      'A run was killed in the middle of an object above 64 MiB; its parts are paid for.';
    return [{ status: 'warning', name, detail: those, cause, fix: cleanCommand }];
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    // Not every server has this list, nor lets every key see it.
    const detail = 'unfinished ones cannot be listed with this key';
    return [{ status: 'warning', name, detail, cause: error.message }];
  }
}

async function checkVolumes(parts: SetupParts): Promise<readonly SetupCheck[]> {
  const folders = await parts.networkFolders();
  return folders.map(({ name, message, fix }) => ({
    status: 'warning',
    name,
    detail: message,
    fix,
  }));
}

async function checkPlace(
  name: string,
  check: () => Promise<string>,
  proved: string,
): Promise<SetupCheck> {
  return { status: 'ok', name, detail: `${await check()}: ${proved}` };
}
