import { openCatalog } from '../../src/catalog/open-catalog.ts';

/** A process of its own for catalog-leases.test.ts: takes the lease, keeps it, and says when it is lost. */
const [uri = '', db = '', name = ''] = process.argv.slice(2);
const options = { version: '1', leaseMs: 600 };
const catalog = await openCatalog({ kind: 'mongo', uri, db, collection: 'movies' }, options);
const lock = await catalog.leases?.acquire({ name, what: `ingesting ${name}` });
lock?.lost.addEventListener('abort', () => {
  process.stdout.write(`lost: ${lock.lost.reason.exit}\n`);
  process.exit();
});
process.stdout.write('held\n');
setInterval(() => {}, 1_000);
