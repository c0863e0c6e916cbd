import { join } from 'node:path';
import { openStore } from '../../src/store/open-store.ts';
import { patient } from '../../src/store/retry.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { storeContract } from './store.contract.ts';

const openFolder = () =>
  openStore(
    {
      kind: 'folder',
      dir: join(makeTempDir('store'), 'media'),
      publicBaseUrl: 'http://127.0.0.1:4680',
    },
    { concurrency: 16 },
  );

storeContract('folder', openFolder);
storeContract('folder, patient', async () => patient(await openFolder(), { random: () => 0 }));
