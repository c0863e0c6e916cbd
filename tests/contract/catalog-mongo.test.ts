import { MongoClient } from 'mongodb';
import { describe, inject, test } from 'vitest';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { canonical, catalogContract, fromCanonical } from './catalog.contract.ts';

const mongod = inject('mongod');

if (mongod === undefined) {
  describe('the MongoDB catalogue', () =>
    test.skip('no mongod: see the start of this run', () => {}));
} else {
  catalogContract('the MongoDB catalogue', async () => {
    const db = `catalog_contract_${process.pid}`;
    const settings = { kind: 'mongo', uri: mongod.uri, db, collection: 'movies' } as const;
    const open = () => openCatalog(settings, { version: '0.1.0' });
    const client = await MongoClient.connect(mongod.uri);
    const movies = client.db(db).collection('movies', { promoteValues: false });
    const catalog = await open();
    return {
      catalog,
      openAnother: open,
      empty: async () => void (await movies.deleteMany({})),
      putAsIs: async (document) => void (await movies.insertOne({ ...fromCanonical(document) })),
      edit: async (slug, fields) => void (await movies.updateOne({ slug }, { $set: fields })),
      readStored: async (slug) => {
        const document = await movies.findOne({ slug });
        return document === null ? undefined : canonical(document);
      },
      close: async () => {
        await catalog.close();
        await client.db(db).dropDatabase();
        await client.close();
      },
    };
  });
}
