import { Argument } from 'commander';
import type { CommandTree } from './cli-library.ts';
import type { ConfigMatter } from './commands/config.ts';
import type { DeliverFlags } from './commands/deliver.ts';
import type { ScheduleFlags, Scheduler } from './commands/schedule.ts';
import type { CommonFlags } from './commands/session.ts';

/** The commands around films: what is set up once, and what looks after it. */
export function addOperatorCommands(tree: CommandTree): void {
  addDeliver(tree);
  addConfig(tree);
  addCompletion(tree);
  addSchedule(tree);
}

function addDeliver({ program, session, end, withCommon }: CommandTree): void {
  withCommon(program.command('deliver'))
    .description('what Cloudflare needs for this bucket: domain, cache, CORS, Worker')
    .option('--out <dir>', 'write it as files instead of printing it')
    .option('--check', 'compare CORS and lifecycle of the bucket with it')
    .option('--apply', 'set CORS and lifecycle, where the key may')
    .option('--player-origins <list>', 'pages that may play: https://www.example.com,…')
    .action((flags: DeliverFlags) =>
      end(import('./commands/deliver.ts').then((it) => it.runDeliver(flags, session))),
    );
}

function addConfig({ program, session, end, withCommon }: CommandTree): void {
  withCommon(
    program
      .command('config')
      .addArgument(new Argument('<what>').choices(['path', 'get', 'schema']))
      .argument('[name]', 'of get: one setting, such as r2.bucket or R2_BUCKET'),
  )
    .description('settings and where they come from (get), their files (path), the schema')
    .action((what: ConfigMatter, name: string | undefined, flags: CommonFlags) =>
      end(
        import('./commands/config.ts').then((it) => it.runConfig(what, name, { flags, session })),
      ),
    );
}

const SHELLS = ['zsh', 'bash', 'fish'] as const;

function addCompletion({ program, session, end }: CommandTree): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .description('print a script that completes commands and options in a shell')
    .addHelpText('after', COMPLETION_HELP)
    .action((shell: (typeof SHELLS)[number]) =>
      end(
        import('./commands/completion.ts').then((it) => it.runCompletion(shell, program, session)),
      ),
    );
}

const COMPLETION_HELP = `
In use at once:
  source <(movie-ingest completion bash)    in ~/.bashrc; zsh the same, after compinit
  movie-ingest completion fish | source     in ~/.config/fish/config.fish
`;

function addSchedule({ program, session, end }: CommandTree): void {
  program
    .command('schedule')
    .addArgument(new Argument('<scheduler>').choices(['launchd', 'cron', 'systemd']))
    .argument('[command...]', 'after --: what to run; sync --quiet without one')
    .description('print what runs a command every day, or keeps watch running')
    .option('--at <time>', 'when, in local time (default: 03:30)')
    .option('--install', 'with launchd, on a Mac: set it up')
    .option('-q, --quiet', 'only the text, not how to set it up')
    .addHelpText('after', SCHEDULE_HELP)
    .action((scheduler: Scheduler, words: string[], flags: ScheduleFlags) =>
      end(
        import('./commands/schedule.ts').then((it) =>
          it.runSchedule(scheduler, words, { flags, session }),
        ),
      ),
    );
}

const SCHEDULE_HELP = `
Examples:
  movie-ingest schedule launchd --install
  movie-ingest schedule cron --at 04:15 -- verify --all --quiet
`;
