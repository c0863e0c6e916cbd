import { createHash } from 'node:crypto';
import { IngestError } from '../errors.ts';
import type { ScannedSegment } from '../hls/collect-renditions.ts';
import { gate } from '../hls/gate.ts';
import type { BadRange } from '../model/damage.ts';
import type { Manifest } from '../model/manifest.ts';
import { movieFromJson } from '../model/movie-json.ts';
import type { Plan } from '../model/plan.ts';
import { INIT_FILE } from '../model/segment.ts';
import { keys } from '../plan/keys.ts';
import type { Finding } from '../reconcile/decide.ts';
import type { LibraryContext } from './context.ts';
import type { Film } from './look-at-film.ts';
import { scanSegment } from './scan-segment.ts';

const READS_AT_ONCE = 4;

type CheckContext = Pick<LibraryContext, 'store' | 'signal'>;

/**
 * Reads a film's objects, and compares each with its MD5 in the manifest: those whose MD5 the store does
 * not tell (folders, uploads in parts), or, with `deep`, all of them, and the master; then every segment is scanned too,
 * and the film goes through the gate again, as before it was published. A decoder has nothing to add: it
 * saw these very bytes then, as their MD5s show.
 */
export async function checkBytes(
  film: Film,
  { deep }: Readonly<{ deep: boolean }>,
  context: CheckContext,
): Promise<readonly Finding[]> {
  const { manifest, objects } = film.stored;
  if (manifest === undefined) return [];
  const listed = film.poster === undefined ? objects : [...objects, film.poster];
  const known = new Map(listed.map((object) => [object.key, object.md5]));
  const told = new Set([...film.state.store.missing, ...film.state.store.damaged]);
  const poster = keys.poster(film.slug);
  const master = { key: keys.master(film.slug), md5: md5(Buffer.from(manifest.master)) };
  const readsMaster = deep && film.stored.masterState === 'as recorded';
  const left = [...manifest.objects, ...(readsMaster ? [master] : [])]
    .filter(
      ({ key }) => !told.has(key) && (key !== poster || film.state.store.poster !== 'missing'),
    )
    .filter(({ key }) => deep || known.get(key) === undefined);
  const scanned: ScannedSegment[] = [];
  const findings: Finding[] = [];
  const scan = deep ? await openScan(manifest, context) : undefined;
  const readEach = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const body = await context.store.get(next.key, context);
      const segment = body && scan?.(next.key, body);
      if (segment !== undefined) scanned.push(segment);
      if (body !== undefined && md5(body) === next.md5) continue;
      findings.push(body === undefined ? gone(next.key) : damaged(next.key));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, readEach));
  const isWhole = findings.length === 0 && told.size === 0;
  const judged = deep && isWhole ? judge(manifest, scanned) : [];
  return [...findings.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1)), ...judged];
}

type Scan = (key: string, body: Buffer) => ScannedSegment | undefined;

/** What makes scans of the segments of this film, and nothing of its other objects. */
async function openScan(
  { slug, revision, objects }: Manifest,
  { store, signal }: CheckContext,
): Promise<Scan> {
  const prefix = keys.revision(slug, revision);
  const inits = new Map<string, Readonly<{ path: string; body: Buffer }>>();
  for (const { key } of objects.filter((object) => object.key.endsWith(`/${INIT_FILE}`))) {
    const body = await store.get(key, { signal });
    if (body !== undefined && body.length > 0) inits.set(folderOf(key), { path: key, body });
  }
  return (key, body) => {
    const [, rendition, digits] =
      /^([^/]+)\/seg_(\d+)\.(?:ts|m4s)$/.exec(key.slice(prefix.length)) ?? [];
    if (rendition === undefined || !key.startsWith(prefix)) return undefined;
    const init = inits.get(folderOf(key));
    const facts = scanSegment(body, init?.body);
    const segment = { rendition, index: Number(digits), path: key, facts };
    return init === undefined ? segment : { ...segment, init };
  };
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** Manifests of before plans were kept have nothing to be judged by but what each segment shows. */
function judge(manifest: Manifest, segments: readonly ScannedSegment[]): readonly Finding[] {
  if (manifest.plan === undefined) {
    return segments
      .filter(({ facts }) => facts.problems.length > 0)
      .map(({ path, facts }) => unsound(facts.problems.join('; '), path));
  }
  try {
    // Written by recordPlan; what a later version does not find in it the gate tells as a problem.
    gate({
      plan: manifest.plan as unknown as Plan,
      segments,
      revision: manifest.revision,
      damage: damageOf(manifest),
    });
    return [];
  } catch (error) {
    if (error instanceof IngestError) return [unsound(error.message)];
    throw error;
  }
}

/** What was lost in the source and allowed to be (`--allow-damaged`), as the document tells it. */
function damageOf({ movie }: Manifest): readonly BadRange[] {
  const { damage = [] } = movieFromJson(movie).pipeline.source;
  return damage.map((range) => ({
    kind: range.kind as BadRange['kind'],
    startMs: range.start_seconds * 1_000,
    endMs: range.end_seconds * 1_000,
  }));
}

function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

const MEND = { isDrift: true, isLoss: false, row: 4, remedy: 'add --force FILM' } as const;

function gone(key: string): Finding {
  return { mark: '-', kind: 'object missing', key, detail: 'is not in the store', ...MEND };
}

function damaged(key: string): Finding {
  return { mark: '*', kind: 'object damaged', key, detail: 'has other bytes than it had', ...MEND };
}

function unsound(detail: string, key?: string): Finding {
  return { mark: '!', kind: 'gate failed', detail, ...(key === undefined ? {} : { key }), ...MEND };
}
