import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EJSON } from 'bson';
import { openCatalog } from '../../src/catalog/open-catalog.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { canonical, catalogContract, fromCanonical } from './catalog.contract.ts';

catalogContract('the folder catalogue', async () => {
  const dir = join(makeTempDir('catalog'), 'made', 'on demand');
  const open = () => openCatalog({ kind: 'folder', dir }, { version: '0.1.0' });
  const file = (slug: string) => join(dir, `${slug}.json`);
  const read = (slug: string) => EJSON.parse(readFileSync(file(slug), 'utf8'));
  const write = (slug: string, document: object) =>
    writeFileSync(file(slug), EJSON.stringify(document, undefined, 2));
  const catalog = await open();
  return {
    catalog,
    openAnother: open,
    empty: async () => {
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir, { recursive: true });
    },
    putAsIs: async (document) => write('phim-01', fromCanonical(document)),
    edit: async (slug, fields) => {
      const document = read(slug);
      for (const [path, value] of Object.entries(fields)) {
        const [name = '', member] = path.split('.');
        if (member === undefined) document[name] = value;
        else document[name][member] = value;
      }
      write(slug, document);
    },
    readStored: async (slug) => {
      const document = await catalog.findBySlug(slug); // its own reading: the file has no Long
      return document && canonical(document);
    },
    close: () => catalog.close(),
  };
});
