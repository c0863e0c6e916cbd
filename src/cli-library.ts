import type { Command } from 'commander';
import type { ChangeFlags, EditFlags, RemoveFlags } from './commands/change-film.ts';
import type { CommonFlags, Session } from './commands/session.ts';
import type { SyncFlags } from './commands/sync.ts';
import type { VerifyFlags } from './commands/verify.ts';
import type { ExitName } from './errors.ts';

export type CommandTree = Readonly<{
  program: Command;
  session: Session;
  /** Waits for a command's exit. */
  end: (work: Promise<ExitName>) => Promise<void>;
  /** Adds the options of every command that looks at store and catalogue. */
  withCommon: (command: Command) => Command;
}>;

const WAIT = ['--wait <duration>', 'wait for another run that is at it (30s, 15m, 2h)'] as const;
const GRACE = ['--grace <duration>', 'untouched for at least so long (default: 24h)'] as const;
const MAX_DELETE = [
  '--max-delete <n|n%>',
  'films that may lose something in one run (default: 10%, or 5)',
] as const;

/** The commands that keep a library true. */
export function addLibraryCommands(tree: CommandTree): void {
  addVerify(tree);
  addSync(tree);
  addChanges(tree);
}

function addVerify({ program, session, end, withCommon }: CommandTree): void {
  withCommon(program.command('verify').argument('[slugs...]', 'films'))
    .description('check films in the store, object by object, and their documents')
    .option('--all', 'every film')
    .option('--deep', 'read every byte and judge the segments again')
    .option('--public', 'fetch through the public address too, as browser and phone')
    .option('--player-origins <list>', 'pages that may play, with --public')
    .action((slugs: string[], flags: VerifyFlags) =>
      end(import('./commands/verify.ts').then((it) => it.runVerify(slugs, flags, session))),
    );
}

function addSync({ program, session, end, withCommon }: CommandTree): void {
  withCommon(program.command('sync'))
    .description('make outbox, store and catalogue agree; safe in cron')
    .option('--check', 'only say what differs')
    .option('--rebuild', 'the store wins over the catalogue in all that is ours')
    .option('--repair', 'put back masters and posters, and objects that the work folder has')
    .option('--prune', 'remove orphans, old revisions and unfinished uploads')
    .option('--purge', 'remove for good what rm took away')
    .option('--rewrite-urls', 'tell documents of the public URL as it is now')
    .option('--fix-headers', 'correct Content-Type and Cache-Control (a request per object)')
    .option(...GRACE)
    .option(...MAX_DELETE)
    .option(...WAIT)
    .action((flags: SyncFlags) =>
      end(import('./commands/sync.ts').then((it) => it.runSync(flags, session))),
    );
  withCommon(program.command('gc').argument('[slugs...]', 'films; all without any'))
    .description('remove old revisions, orphans and what rm took away, after their grace')
    .option('--check', 'only say what would go')
    .option(...GRACE)
    .option(...MAX_DELETE)
    .option(...WAIT)
    .action((slugs: string[], flags: SyncFlags) =>
      end(import('./commands/sync.ts').then((it) => it.runGc(slugs, flags, session))),
    );
}

function addChanges({ program, session, end, withCommon }: CommandTree): void {
  const load = () => import('./commands/change-film.ts');
  withCommon(program.command('edit').argument('<slug>'))
    .description('change the title or the description of a film')
    .option('--title <text>', 'new title')
    .option('--description <text>', 'new description; empty to clear it')
    .option(...WAIT)
    .action((slug: string, flags: EditFlags) =>
      end(load().then((it) => it.runEdit(slug, flags, session))),
    );
  withCommon(program.command('rm').argument('<slug>'))
    .description('take a film from viewers; it can be restored until it is purged')
    .option('-y, --yes', 'without asking')
    .option(...WAIT)
    .action((slug: string, flags: RemoveFlags) =>
      end(load().then((it) => it.runRemove(slug, flags, session))),
    );
  withCommon(program.command('restore').argument('<slug>'))
    .description('bring back what rm took away')
    .option(...WAIT)
    .action((slug: string, flags: ChangeFlags) =>
      end(load().then((it) => it.runRestore(slug, flags, session))),
    );
  withCommon(program.command('revisions').argument('<slug>'))
    .description('list the revisions of a film that can be switched to')
    .action((slug: string, flags: CommonFlags) =>
      end(import('./commands/revisions.ts').then((it) => it.runRevisions(slug, flags, session))),
    );
  withCommon(program.command('rollback').argument('<slug>').argument('[revision]'))
    .description('give viewers the revision before, or the one that is named')
    .option(...WAIT)
    .action((slug: string, revision: string | undefined, flags: ChangeFlags) =>
      end(load().then((it) => it.runRollback(slug, revision, flags, session))),
    );
}
