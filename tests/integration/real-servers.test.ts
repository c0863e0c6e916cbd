import { MongoClient } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { isMissing } from '../servers/locate.ts';
import { startMongod } from '../servers/mongod.ts';
import { startToxiproxy } from '../servers/toxiproxy.ts';
import { startVersitygw } from '../servers/versitygw.ts';

const mongod = inject('mongod');
const s3 = inject('s3');

describe.skipIf(mongod === undefined)('the shared mongod', () => {
  test('answers at the address that suites are given', async () => {
    const client = await MongoClient.connect(mongod?.uri ?? '');
    const { ok } = await client.db('admin').command({ ping: 1 });
    await client.close();
    expect(ok).toBe(1);
  });
});

describe.skipIf(s3 === undefined)('the shared S3 server', () => {
  test('refuses who has no key, as S3 does', async () => {
    const response = await fetch(`${s3?.endpoint}/`);
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Code>AccessDenied</Code>'),
    ]);
  });
});

describe.skipIf(await isMissing('mongod'))('a mongod of a suite of its own', () => {
  test('has its data again after a power cut and a restart on the same port', async () => {
    const own = await startMongod({ replicaSet: true });
    const client = new MongoClient(own.uri);
    const films = client.db('films').collection('films', { writeConcern: { w: 'majority' } });
    await films.insertOne({ slug: 'kept' });
    const before = own.pid;
    await own.kill();
    await own.restart();
    expect(await films.countDocuments({ slug: 'kept' })).toBe(1);
    expect(own.pid).not.toBe(before);
    await client.close();
    await own.stop();
  });
});

describe.skipIf(await isMissing('versitygw'))('an S3 server of a suite of its own', () => {
  test('can be paused, and still stops when it is told to', async () => {
    const own = await startVersitygw();
    own.pause();
    await own.stop();
    await expect(fetch(own.endpoint)).rejects.toThrow();
  });
});

describe.skipIf(await isMissing('toxiproxy'))('a faulty network in front of a server', () => {
  test('is gone and comes back, and cuts an answer in the middle', async () => {
    const [server, network] = await Promise.all([startVersitygw(), startToxiproxy()]);
    const proxy = await network.proxyTo(server);
    const url = `http://${proxy.address}/`;
    const whole = await (await fetch(url)).text();
    await proxy.disable();
    await expect(fetch(url)).rejects.toThrow();
    await proxy.enable();
    const attributes = { bytes: 40 };
    const undo = await proxy.add({ type: 'limit_data', stream: 'downstream', attributes });
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    await undo();
    expect(await (await fetch(url)).text()).toHaveLength(whole.length);
    await Promise.all([network.stop(), server.stop()]);
  });
});
