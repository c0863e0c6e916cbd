import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { choosePager } from '../config/choose-pager.ts';
import { closest } from '../config/closest.ts';
import { type ExitName, IngestError } from '../errors.ts';
import { runOnTerminal } from '../ffmpeg/run.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { Session } from './session.ts';

/** Written by scripts/write-pages.mjs; there from `src` as from `dist`. */
const PAGES = join(import.meta.dirname, '../../dist/help/topics');

type Topic = Readonly<{ topic: string; title: string }>;

/**
 * `movie-ingest help [topic]`: a page of docs/ as plain text, through `$PAGER` where it goes to a terminal
 * and is longer than that; the help of a command; or the list of both. Of what is a command and a topic
 * both are shown.
 */
export async function runHelp(
  name: string | undefined,
  program: Command,
  session: Session,
): Promise<ExitName> {
  const topics: readonly Topic[] = JSON.parse(await readFile(join(PAGES, 'index.json'), 'utf8'));
  if (name === undefined) {
    await show(listOf(topics, program), session);
    return 'ok';
  }
  const command = program.commands.find((it) => it.name() === name);
  const isTopic = topics.some(({ topic }) => topic === name);
  if (command === undefined && !isTopic) throw unknownTopic(name, topics, program);
  const page = isTopic ? await readFile(join(PAGES, `${name}.txt`), 'utf8') : '';
  if (command === undefined) await show(page, session);
  else if (!isTopic) command.outputHelp();
  else await show(`${command.helpInformation()}\n${page}`, session);
  return 'ok';
}

function listOf(topics: readonly Topic[], program: Command): string {
  const commands = program.commands.map((it) => [it.name(), it.description()] as const);
  const pages = topics.map(({ topic, title }) => [topic, title] as const);
  const width = Math.max(...[...commands, ...pages].map(([name]) => name.length));
  const lines = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`).join('\n');
  return `movie-ingest help <topic or command>

Topics:
${lines(pages)}

Commands:
${lines(commands)}
`;
}

async function show(text: string, session: Session): Promise<void> {
  const { rows } = session.stdout;
  const lines = text.split('\n').length;
  const environment = await session.openBare({});
  const pager = choosePager(environment.variables);
  const isLong = session.stdout.isTTY === true && lines > (rows ?? 0);
  if (isLong && pager !== undefined) {
    const words = { input: Buffer.from(text), env: pager.env };
    if (await runOnTerminal('/bin/sh', ['-c', pager.command], words)) return;
  }
  session.stdout.write(text);
}

function unknownTopic(name: string, topics: readonly Topic[], program: Command): IngestError {
  const names = [...topics.map(({ topic }) => topic), ...program.commands.map((it) => it.name())];
  const meant = closest(name, names);
  return new IngestError('usage', {
    what: `there is no topic and no command called ${cleanText(name, { maxLength: 60 })}`,
    fix: meant === undefined ? 'See all: movie-ingest help' : `Did you mean ${meant}?`,
  });
}
