import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { makeBucket } from '../contract/store-bucket.ts';
import { type Newcomer, newcomer } from '../helpers/newcomer.ts';
import { CLI, cleanEnv } from '../helpers/run-cli.ts';
import { isTmuxMissing, ShellTerminal } from '../helpers/shell-terminal.ts';

const s3 = inject('s3');
const mongod = inject('mongod');
const HEX = '0123456789abcdef';
const R2_ID = 'feed'.repeat(8);
const R2_SECRET = 'c0ffee00'.repeat(8);

describe.skipIf((await isTmuxMissing()) || s3 === undefined || mongod === undefined)(
  'movie-ingest init on a terminal, with a real S3 server and a real MongoDB',
  () => {
    let terminal: ShellTerminal | undefined;

    afterEach(async () => {
      await terminal?.close();
      terminal = undefined;
    });

    async function begin({ env }: Newcomer, ...args: readonly string[]): Promise<ShellTerminal> {
      const words = [...CLI, 'init', ...args].map((word) => `'${word}'`).join(' ');
      terminal = await ShellTerminal.open(words, { env: cleanEnv(env), columns: 110, rows: 50 });
      return terminal;
    }

    /** Answers each question once it is on the screen; `before` takes away what stands in the line. */
    async function answer(it: ShellTerminal, question: string, text: string): Promise<void> {
      await it.waitFor((screen) => lastQuestion(screen).includes(question));
      await it.press('C-u');
      if (text !== '') await it.press(text);
      await it.press('Enter');
    }

    test('wrong key, wrong bucket and an away MongoDB are told and asked again; right ones are written', async () => {
      const access = s3 ?? ({} as never);
      const { settings } = await makeBucket(access);
      const who = newcomer({ preset: 'fast' });
      const it = await begin(
        who,
        '--store',
        's3',
        '--endpoint',
        settings.endpoint,
        '--region',
        'auto',
      );
      await answer(it, 'Bucket', 'no-such-bucket');
      await answer(it, 'Access key', settings.accessKeyId);
      await answer(it, 'Secret key', 'hunter2-hunter2');
      await answer(it, 'Public address', 'not an address');
      await it.waitFor('is not a web address');
      const publicUrl = await serveAnotherPage();
      await it.press('C-u');
      await it.press(publicUrl);
      await it.press('Enter');
      await it.waitFor('refused the signature');
      // All is asked again, with what was said standing there.
      await answerAll(it, ['Endpoint', 'Region', 'Bucket', 'Access key']);
      await answer(it, 'Secret key', settings.secretAccessKey);
      await answerAll(it, ['Public address']);
      await it.waitFor('"no-such-bucket" was not found');
      await answerAll(it, ['Endpoint', 'Region']);
      await answer(it, 'Bucket', settings.bucket);
      await answerAll(it, ['Access key', 'Secret key', 'Public address']);
      await it.waitFor('list, put, read and delete work');
      await it.waitFor('does not give what is in the store');
      await it.waitFor('Where do their documents go?');
      await it.press('Down');
      await it.press('Enter');
      await answer(it, 'Connection string', 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500');
      await answer(it, 'Database', 'init_test');
      await it.waitFor((screen) => screen.split('Connection string').length > 2);
      await answer(it, 'Connection string', mongod?.uri ?? '');
      await answerAll(it, ['Database']);
      const screen = await it.waitFor('rc=');
      expect(screen).toContain('rc=0');
      expect(await it.everything()).not.toContain('hunter2');
      expect(await it.everything()).not.toContain(settings.secretAccessKey);
      expect(who.config()).toEqual({
        preset: 'fast',
        store: 's3',
        s3: {
          endpoint: settings.endpoint,
          region: 'auto',
          bucket: settings.bucket,
          accessKeyId: settings.accessKeyId,
          secretAccessKey: settings.secretAccessKey,
          publicUrl,
        },
        mongodb: { uri: mongod?.uri, db: 'init_test' },
      });
      expect(statSync(who.file).mode & 0o777).toBe(0o600);
      expect(await it.isUsable()).toBe(true);
    });

    test('R2: a pasted endpoint is taken apart, and a secret in the place of the key id is known', async () => {
      const who = newcomer();
      const it = await begin(who, '--store', 'r2');
      const endpoint = `https://${HEX.repeat(2)}.eu.r2.cloudflarestorage.com/movies`;
      await answer(it, 'Account ID', endpoint);
      await it.waitFor('account, jurisdiction, bucket taken from it');
      await answerAll(it, ['Bucket']);
      await answer(it, 'Access Key ID', R2_SECRET);
      await it.waitFor('is the secret half of a key');
      await it.press('C-u');
      await it.press(R2_ID);
      await it.press('Enter');
      await answer(it, 'Secret Access Key', R2_ID);
      await it.waitFor('is the access key ID once more');
      await it.press('C-c');
      await it.waitFor('rc=130');
      expect(existsSync(who.file)).toBe(false);
    });

    test('what the file says otherwise is replaced after a yes alone', async () => {
      const who = newcomer({ preset: 'fast', library: '/elsewhere' });
      const it = await begin(
        who,
        '--library',
        who.home,
        '--store',
        'folder',
        '--catalog',
        'folder',
      );
      await answerAll(it, ['Its address']);
      await answer(it, 'Replace it?', 'Down');
      expect(await it.waitFor('rc=')).toContain('rc=2');
      expect(who.config()).toEqual({ preset: 'fast', library: '/elsewhere' });
    });

    test('Ctrl-C at any question, 130: nothing is written and the terminal is whole', async () => {
      for (const questions of [[], ['Where do films go?'], ['Where do films go?', 'Folder of']]) {
        const who = newcomer();
        const it = await begin(who);
        await answerAll(it, questions);
        await it.waitFor(
          (screen) => /^◆/m.test(screen) && !questions.includes(lastQuestion(screen)),
        );
        await it.press('C-c');
        expect(await it.waitFor('rc=')).toContain('rc=130');
        expect(existsSync(who.file)).toBe(false);
        expect(await it.isUsable()).toBe(true);
        await terminal?.close();
        terminal = undefined;
      }
    });

    async function answerAll(it: ShellTerminal, questions: readonly string[]): Promise<void> {
      for (const question of questions) {
        await it.waitFor((screen) => lastQuestion(screen).includes(question));
        await it.press('Enter');
      }
    }
  },
);

/** The one that is open: clack marks it with ◆, or ▲ after an answer that will not do. */
function lastQuestion(screen: string): string {
  return screen.split('\n').findLast((line) => /^[◆▲]/.test(line)) ?? '';
}

/** A public address that answers, but with another thing. */
async function serveAnotherPage(): Promise<string> {
  const server = createServer((_request, response) => response.end('a page'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
