import type { CommandTree } from './cli-library.ts';
import type { LinkFlags } from './commands/link.ts';
import { type ExitName, IngestError } from './errors.ts';

/** The command that gives films to viewers for a while. */
export function addLinkCommand({ program, session, end, withCommon }: CommandTree): void {
  withCommon(program.command('link').argument('[slug]', 'film').argument('[action]'))
    .usage('[options] <slug> | keys new | keys rotate')
    .description('print a link to a film that expires; keys: what signs them')
    .option('--ttl <duration>', 'how long it can be started (default: 2h)')
    .option('--player', 'play it here as a viewer would, until it is stopped')
    .option('--port <port>', 'with --player: port of 127.0.0.1 to listen on (default: any)')
    .option('--no-open', 'with --player: only print the address')
    .option('--presign <key>', 'one object of the bucket instead, by the S3 API (at most 168h)')
    .addHelpText('after', EXAMPLES)
    .action((slug: string | undefined, action: string | undefined, flags: LinkFlags) =>
      end(run(slug, action, flags)),
    );

  async function run(
    slug: string | undefined,
    action: string | undefined,
    flags: LinkFlags,
  ): Promise<ExitName> {
    // No subcommand of commander's: a film may be called "keys", and its link is `link keys`.
    if (slug === 'keys' && action !== undefined) return runKeys(action, flags);
    if (action !== undefined) throw mistyped(`"${slug} ${action}" is more than the name of a film`);
    if (flags.presign !== undefined) {
      if (slug !== undefined) throw mistyped('--presign is for an object, not for a film');
      const { runPresign } = await import('./commands/presign-object.ts');
      return runPresign(flags.presign, flags, session);
    }
    if (slug === undefined) throw mistyped('no film is named');
    const { runLink } = await import('./commands/link.ts');
    return runLink(slug, flags, session);
  }

  async function runKeys(action: string, flags: LinkFlags): Promise<ExitName> {
    const commands = await import('./commands/link-keys.ts');
    if (action === 'new') return commands.runNewKeys(flags, session);
    if (action === 'rotate') return commands.runRotateKeys(flags, session);
    throw mistyped('keys can be made (new) and replaced (rotate)');
  }
}

function mistyped(what: string): IngestError {
  return new IngestError('usage', { what, fix: 'movie-ingest link --help has examples' });
}

const EXAMPLES = `
Examples:
  movie-ingest link phim-01                 a link that can be started for two hours
  movie-ingest link phim-01 --ttl 30m
  movie-ingest link phim-01 --player
  movie-ingest link keys new                a key, for here and for the Worker
  movie-ingest link keys rotate             the next one, beside the one in use
  movie-ingest link --presign posters/phim-01.jpg --ttl 24h
`;
