import { Argument, type Command } from 'commander';
import type { CommandTree } from './cli-library.ts';
import type { QueueAction, QueueFlags } from './commands/queue.ts';
import type { WorkerFlags } from './commands/worker.ts';

const ACTIONS = ['ls', 'show', 'retry', 'cancel', 'drain', 'pause', 'resume', 'clean'] as const;

/** The commands of those who have several machines. `withEncoding` adds how films are encoded. */
export function addQueueCommands(
  tree: CommandTree & Readonly<{ withEncoding: (command: Command) => Command }>,
): void {
  addWorker(tree);
  addQueue(tree);
}

function addWorker({
  program,
  session,
  end,
  withCommon,
  withEncoding,
}: Parameters<typeof addQueueCommands>[0]): void {
  withCommon(withEncoding(withQueueOption(program.command('worker'))))
    .description('make the films of a queue, one at a time, until stopped')
    .option('--concurrency <n>', 'films at once (default: 1)')
    .option('--scratch <dir>', 'folder that films of s3://bucket/key are fetched to')
    .option(
      '--path-map <from=to>',
      'where a folder of the others is on this machine, again for more',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--allow-lossy-redis', 'work with a Redis that evicts, or keeps nothing on disk')
    .addHelpText('after', WORKER_HELP)
    .action((flags: WorkerFlags) =>
      end(import('./commands/worker.ts').then((it) => it.runWorker(flags, session))),
    );
}

const WORKER_HELP = `
Examples:
  movie-ingest worker --queue redis://queue.local:6379
  movie-ingest worker --path-map /Volumes/films=/mnt/films
  movie-ingest schedule launchd --install -- worker     keeps it running on a Mac
`;

function addQueue({ program, session, end, withCommon }: CommandTree): void {
  withCommon(
    withQueueOption(
      program
        .command('queue')
        .addArgument(new Argument('<action>').choices(ACTIONS))
        .argument('[jobs...]', 'ids, beginnings of ids, or slugs'),
    ),
  )
    .description('look after the films of a queue')
    .addHelpText('after', QUEUE_HELP)
    .action((action: QueueAction, jobs: string[], flags: QueueFlags) =>
      end(
        import('./commands/queue.ts').then((it) => it.runQueue(action, jobs, { flags, session })),
      ),
    );
}

const QUEUE_HELP = `
Actions:
  ls              every job: where it is made, how far it is, how often it was tried
  show <job>      all of one job, with what its workers told
  retry [job…]    begin failed jobs anew; all of them without a name
  cancel <job…>   end jobs, also the one that is being made, on whichever machine
  drain           take out all that waits
  pause, resume   workers take no more jobs, and take them again
  clean           forget jobs that are over
`;

/** Where the queue is. */
export function withQueueOption(command: Command): Command {
  return command.option('--queue <url>', 'redis://host:6379, rediss://user:password@host (TLS)');
}
