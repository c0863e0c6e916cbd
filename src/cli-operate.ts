import type { CommandTree } from './cli-library.ts';
import type { DeliverFlags } from './commands/deliver.ts';

/** The commands around films: what is set up once, and what looks after it. */
export function addOperatorCommands(tree: CommandTree): void {
  addDeliver(tree);
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
