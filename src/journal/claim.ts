import { randomUUID } from 'node:crypto';
import { appendFile, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { lifeOf, type Machine, type ReadStartTime } from '../lib/process-identity.ts';

/** Nobody on another machine can be asked whether it lives: then its file's age decides. */
export const FOREIGN_CLAIM_MS = 30 * 60_000;

/** `<name>.<uuid>.lock`, all in one folder: no folder per film that nobody ever removes. */
const CLAIM_FILE = /^(?<name>.+)\.[0-9a-f-]{36}\.lock$/;
const DRAFT = '.draft';
const HELD = '{"held":true}\n';

const Claim = z.object({
  pid: z.int().positive(),
  startTime: z.string().optional(),
  host: z.string().max(255),
  processSpace: z.string().max(255),
  at: z.iso.datetime(),
  what: z.string().max(500),
});

/** Who wants a lock, or has it. */
export type Claim = Readonly<z.infer<typeof Claim>>;

export type StandingClaim = Readonly<{ file: string; claim: Claim; isHeld: boolean }>;

/** Where the claims on one lock stand. `name` is a part of a file name. */
export type Place = Readonly<{ dir: string; name: string }>;

/** A claim appears whole: written beside, synced, renamed. Its name never changes after that. */
export async function writeClaim({ dir, name }: Place, claim: Claim): Promise<string> {
  const file = path.join(dir, `${name}.${randomUUID()}.lock`);
  const draft = `${file}${DRAFT}`;
  try {
    const handle = await open(draft, 'wx', 0o644); // a run of another user must be able to read it
    try {
      await handle.writeFile(`${JSON.stringify(claim)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return file;
}

/** Tells others that this is no longer a try: they need not ask again. */
export async function markHeld(file: string): Promise<void> {
  await appendFile(file, HELD);
}

type Judge = Readonly<{ machine: Machine; readStartTime: ReadStartTime }>;

/**
 * The claims of others on this lock whose process lives, and removes those whose process is dead.
 * Since every claim has a name of its own, removing a dead one can never hit a living one. Told is also
 * of one that only counts as dead, as its machine was not heard of for long.
 */
export async function livingClaims(
  { dir, name }: Place,
  { own, onPresumedDead, ...judge }: Judge & Readonly<{ own: string; onPresumedDead: () => void }>,
): Promise<StandingClaim[]> {
  const living: StandingClaim[] = [];
  for (const entry of await readdir(dir)) {
    const file = path.join(dir, entry);
    if (entry.endsWith(DRAFT)) await removeOldDraft(file);
    if (file === own || CLAIM_FILE.exec(entry)?.groups?.['name'] !== name) continue;
    const standing = await readClaim(file);
    if (standing === 'gone') continue;
    const life = await lifeOfClaim(standing, judge);
    if (life === 'presumed dead') onPresumedDead();
    if (typeof standing === 'object' && life === 'alive') living.push(standing);
    else await rm(file, { force: true });
  }
  return living;
}

/** Names of the locks on which somebody alive has a claim. Nothing is written or removed. */
export async function claimedNames(dir: string, judge: Judge): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const entry of await readdir(dir).catch(() => [])) {
    const name = CLAIM_FILE.exec(entry)?.groups?.['name'];
    if (name === undefined || names.has(name)) continue;
    const standing = await readClaim(path.join(dir, entry));
    if (typeof standing !== 'object') continue;
    if ((await lifeOfClaim(standing, judge)) === 'alive') names.add(name);
  }
  return names;
}

/**
 * `unreadable` is what a power cut leaves; no claim of a living process ever looks so. A failure to
 * read (EMFILE, EACCES) says nothing about the claim and rises.
 */
async function readClaim(file: string): Promise<StandingClaim | 'gone' | 'unreadable'> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return 'gone';
  const [line = '', ...rest] = text.split('\n');
  try {
    return { file, claim: Claim.parse(JSON.parse(line)), isHeld: rest.join('\n') === HELD };
  } catch {
    return 'unreadable';
  }
}

async function lifeOfClaim(
  standing: StandingClaim | 'unreadable',
  judge: Judge,
): Promise<'alive' | 'dead' | 'presumed dead'> {
  if (standing === 'unreadable') return 'dead';
  const { file, claim } = standing;
  const life = await lifeOf(claim, judge);
  if (life !== 'elsewhere') return life;
  return (await ageMs(file)) < FOREIGN_CLAIM_MS ? 'alive' : 'presumed dead';
}

async function removeOldDraft(file: string): Promise<void> {
  if ((await ageMs(file)) > FOREIGN_CLAIM_MS) await rm(file, { force: true });
}

/** 0 for a file that is gone. */
async function ageMs(file: string): Promise<number> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs;
}
