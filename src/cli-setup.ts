import { Option } from 'commander';
import type { CommandTree } from './cli-library.ts';
import type { InitFlags } from './commands/setup.ts';

/** The commands for whoever begins. */
export function addSetupCommands(tree: CommandTree): void {
  addInit(tree);
  addHelp(tree);
}

/** Instead of commander's own, which knows commands alone. */
function addHelp({ program, session, end }: CommandTree): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[topic]', 'or a command; none: a list of both')
    .description('show a page of the documentation, or the help of a command')
    .action((topic: string | undefined) =>
      end(import('./commands/help.ts').then((it) => it.runHelp(topic, program, session))),
    );
}

function addInit({ program, session, end, withCommon }: CommandTree): void {
  withCommon(program.command('init'))
    .description('ask for store, keys and database, try them, and write your settings')
    .option('--no-input', 'ask nothing: take flags, environment and files')
    .option('--from-stdin', 'take lines NAME=value from stdin too, for secrets; asks nothing')
    .addOption(new Option('--catalog <kind>', 'documents').choices(['folder', 'mongodb']))
    .option('--account-id <id>', 'of R2; or the whole S3 endpoint')
    .addOption(
      new Option('--jurisdiction <name>', 'of an R2 bucket that has one').choices([
        'eu',
        'fedramp',
      ]),
    )
    .option('--endpoint <url>', 'S3 endpoint, of B2 or another S3')
    .option('--region <name>', 'of another S3')
    .option('--bucket <name>', 'its bare name')
    .option('--access-key-id <id>', 'the half of the key that is no secret')
    .option('--public-url <url>', 'where viewers read')
    .option('-y, --yes', 'replace what the file says')
    .addHelpText('after', INIT_HELP)
    .action((flags: InitFlags) =>
      end(import('./commands/init.ts').then((it) => it.runInit(flags, session))),
    );
}

const INIT_HELP = `
Secrets are never flags, where every process could read them: they are asked for,
or come from the environment (R2_SECRET_ACCESS_KEY, MONGODB_URI …) or from stdin.

Examples:
  movie-ingest init
  movie-ingest init --no-input --store folder --library ~/Movies/library
  pass show r2 | movie-ingest init --from-stdin --store r2 --account-id … --bucket movies …
`;
