import { Command, Option } from 'commander';
import { addLibraryCommands } from './cli-library.ts';
import { addLinkCommand } from './cli-links.ts';
import { addOperatorCommands } from './cli-operate.ts';
import { addQueueCommands, withQueueOption } from './cli-queue.ts';
import { addSetupCommands } from './cli-setup.ts';
import type { AddFlags } from './commands/add.ts';
import type { DoctorFlags } from './commands/doctor.ts';
import type { PreviewFlags } from './commands/preview.ts';
import type { CommonFlags, Session } from './commands/session.ts';
import type { WatchFlags } from './commands/watch.ts';
import { presetNames } from './config/preset-names.ts';
import { EXIT_CODES, type ExitName } from './errors.ts';
import { ownVersion } from './lib/own-version.ts';

/**
 * The command tree: names, flags and help. A command's code, and the SDKs behind it, are loaded only
 * when it runs, so that `--help` starts in the time of bare node. No flag has a default here: it would
 * win over the environment and the config files (`config/` has the defaults). Throws CommanderError for
 * what it cannot parse, and for `--help` and `--version` after printing them.
 */
export async function runCli(argv: readonly string[], session: Session): Promise<ExitName> {
  let exit: ExitName = 'ok';
  const end = async (work: Promise<ExitName>) => {
    exit = await work;
  };
  const program = new Command('movie-ingest')
    .description('One command takes a film file to a streaming URL that can be trusted.')
    .version(await ownVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(movie-ingest --help shows what there is)')
    .configureOutput({
      writeOut: (text) => session.stdout.write(text),
      writeErr: (text) => session.stderr.write(text),
      // Not the terminal's width: the same text is kept in a file, for speed (bin/).
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
    })
    .addHelpText('after', EXIT_HELP);

  const presets = await presetNames();
  addCommand(program, presets).action((paths: string[], flags: AddFlags) =>
    end(import('./commands/add.ts').then(({ runAdd }) => runAdd(paths, flags, session))),
  );
  planCommand(program, presets).action((paths: string[], flags: AddFlags) =>
    end(import('./commands/plan.ts').then(({ runPlan }) => runPlan(paths, flags, session))),
  );
  watchCommand(program, presets).action((folder: string, flags: WatchFlags) =>
    end(import('./commands/watch.ts').then(({ runWatch }) => runWatch(folder, flags, session))),
  );
  listCommand(program).action((flags: CommonFlags) =>
    end(import('./commands/list.ts').then(({ runList }) => runList(flags, session))),
  );
  showCommand(program).action((slug: string, flags: CommonFlags) =>
    end(import('./commands/show.ts').then(({ runShow }) => runShow(slug, flags, session))),
  );
  const tree = {
    program,
    session,
    end,
    withCommon: (command: Command) => withOutput(withPatience(withPlaces(command))),
  };
  addLibraryCommands(tree);
  const impatient = {
    ...tree,
    withCommon: (command: Command) => withOutput(withPlaces(command)),
  };
  addLinkCommand(impatient);
  addOperatorCommands(impatient);
  addSetupCommands(impatient);
  addQueueCommands({ ...tree, withEncoding: (command) => withEncoding(command, presets) });
  previewCommand(program).action((slug: string | undefined, flags: PreviewFlags) =>
    end(import('./commands/preview.ts').then(({ runPreview }) => runPreview(slug, flags, session))),
  );
  doctorCommand(program, presets).action((flags: DoctorFlags) =>
    end(import('./commands/doctor.ts').then(({ runDoctor }) => runDoctor(flags, session))),
  );
  await program.parseAsync([...argv]);
  return exit;
}

function addCommand(program: Command, presets: readonly string[]): Command {
  const command = withQueueOption(withFilms(program.command('add')))
    .description('take films to streaming URLs: encode, upload, verify, publish, catalogue')
    .option('--title <text>', 'title, instead of the one found beside or in the film')
    .option('--description <text>', 'description')
    .option('--slug <slug>', 'name in the store and the URL: a-z, 0-9 and hyphens')
    .option(
      '--poster <file|time|cover>',
      "a picture, a time (90s, 12m30s), or the film's own cover",
    )
    .option('-f, --force', 'encode again although it is in, or replace the film of that slug')
    .option('--allow-damaged', 'publish a film although parts of it are lost; they are named')
    .option('--report-quality', 'measure VMAF of each rendition, where this ffmpeg has libvmaf')
    .option('--notify', 'show on the desktop how it ended')
    .option('--wait [duration]', 'wait for another run that is at this film; with a queue: follow')
    .option('--priority <n>', 'place in the queue: 1 goes first, 100 is usual')
    .option('--no-queue', 'make the film here although a queue is set')
    .option('-n, --dry-run', 'show the plan and write nothing (the same as: plan)')
    .option(
      '--stall-timeout <duration>',
      'stop an ffmpeg without progress after this (default: 2m)',
    )
    .option('--no-overlap', 'upload after encoding instead of while')
    .option('--stage', "with --queue: upload the film to the bucket's inbox first")
    .option('--scratch <dir>', 'folder that films of s3://bucket/key are fetched to')
    .option('--drop-uploaded', 'for a small disk: remove segments from it once they are stored');
  return withOutput(
    withPatience(withPlaces(withFilmChoices(withEncoding(command, presets)))),
  ).addHelpText('after', ADD_EXAMPLES);
}

function planCommand(program: Command, presets: readonly string[]): Command {
  const command = withFilms(program.command('plan'))
    .description('show what add would do: ladder, encoder, ffmpeg command, sizes, cost')
    .option('--slug <slug>', 'plan for this slug')
    .option('--upload-speed <speed>', 'speed of your line, for the upload time (default: 20Mbit)');
  return withOutput(withPlaces(withFilmChoices(withEncoding(command, presets))));
}

function watchCommand(program: Command, presets: readonly string[]): Command {
  const command = program
    .command('watch')
    .argument('<folder>', 'with all that is below it')
    .description('add each film that comes into a folder, one at a time, until stopped')
    .option('--settle <duration>', 'size and time must stay so long (default: 30s)')
    .option('--allow-damaged', 'publish films although parts of them are lost; they are named');
  return withOutput(withPatience(withPlaces(withFilmChoices(withEncoding(command, presets)))));
}

function listCommand(program: Command): Command {
  return withOutput(withPlaces(program.command('list'))).description(
    'list the films of the catalogue, newest first',
  );
}

function showCommand(program: Command): Command {
  return withOutput(withPlaces(program.command('show').argument('<slug>'))).description(
    'show all that the catalogue knows of one film',
  );
}

function previewCommand(program: Command): Command {
  const command = program
    .command('preview')
    .argument('[slug|folder|url]', 'a film, a folder with HLS, an address; none: the whole library')
    .description('serve the library on 127.0.0.1 and play it in the browser')
    .option(
      '-p, --port <number>',
      'port to listen on (default: 4680, for folder and url a free one)',
    )
    .option('--no-open', 'do not open a browser');
  return withOutput(withPlaces(command));
}

function doctorCommand(program: Command, presets: readonly string[]): Command {
  const command = program
    .command('doctor')
    .description(
      'check tools, encoders, work folder, store and catalogue, with a fix for each fault',
    )
    .option('--clean', 'abort uploads in parts that were begun and never finished')
    .option('--public', 'fetch the newest film as a browser and as a phone would')
    .option('--player-origins <list>', 'pages that may play, with --public');
  return withOutput(withPlaces(withEncoding(command, presets)));
}

function withFilms(command: Command): Command {
  return command
    .argument('[films...]', 'files, folders, patterns, or s3://bucket/key')
    .option('--from-file <list>', 'read more paths from a file, or from stdin with -')
    .option(
      '--subtitle <lang=file>',
      'a subtitle file, again for more: vi=film.srt, en.forced=a.ass, en.sdh=b.vtt',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--burn-subtitle <n>', "draw the film's subtitle track n into the picture")
    .option('-0, --null', 'paths in that list end with NUL (find -print0)');
}

/** How films are encoded. */
function withEncoding(command: Command, presets: readonly string[]): Command {
  return command
    .option('--preset <name|file>', `${presets.join(', ')}, or a file of your own`)
    .addOption(
      new Option('--encoder <name>', 'video encoder').choices([
        'auto',
        'videotoolbox',
        'libx264',
        'libx265',
      ]),
    )
    .addOption(
      new Option('--no-copy', 'encode everything, also what could stay as it is').preset('never'),
    )
    .addOption(
      new Option(
        '--copy-long-gops',
        'copy a picture whose key frames lie up to 10.5 s apart, not 4 s',
      ).implies({ copy: 'long-gops' }),
    )
    .addOption(
      new Option('--hdr <choice>', 'turn HDR films into SDR, or refuse them').choices([
        'tonemap',
        'refuse',
      ]),
    )
    .option('--max-pixels <size>', 'largest picture that is decoded (default: 8192x4352)')
    .option('--max-duration <duration>', 'longest film that is taken (default: 24h)')
    .option('--max-tracks <n>', 'most tracks of picture, sound and subtitles (default: 65)')
    .option('--work-dir <dir>', 'folder for work in progress')
    .option('--upload-concurrency <n>', 'objects in flight (default: 16)');
}

/** What a preset may say as well. */
function withFilmChoices(command: Command): Command {
  return command
    .option('--per-title', 'bit rates by samples of the film (VideoToolbox, which has no CRF)')
    .option('--audio-lang <code>', 'language that plays when a viewer chooses none (vi, pt-BR)')
    .option('--surround', 'add a second group of sound in 5.1, where the film has as much')
    .option('--normalize', 'bring the sound to −16 LUFS (reads the film twice)');
}

/** Where films go. */
function withPlaces(command: Command): Command {
  const kinds = ['folder', 'r2', 'b2', 's3'];
  return command
    .addOption(new Option('--store <kind>', 'which of several that are set').choices(kinds))
    .option('--library <dir>', 'folder of the embedded library')
    .option('--db <name>', 'MongoDB database');
}

function withPatience(command: Command): Command {
  return command.option(
    '--max-outage <duration>',
    'give up a store that is out of reach after this (default: 15m)',
  );
}

/** What is shown. */
function withOutput(command: Command): Command {
  return command
    .option('--json', 'one JSON object per line on stdout')
    .option('-q, --quiet', 'only the result, and errors')
    .option('-v, --verbose', 'more of what happens, and stacks')
    .option('--no-progress', 'lines instead of bars')
    .option('--no-color', 'no colours');
}

const HELP_COLUMNS = 80;

const ADD_EXAMPLES = `
Examples:
  movie-ingest add film.mp4
  movie-ingest add ~/Films                  every film in a folder, in numeric order
  movie-ingest add s3://my-films/film.mp4   a film in a bucket, with the store's keys
  for f in *.mp4; do movie-ingest add "$f"; done
  find . -name '*.mkv' -print0 | movie-ingest add --from-file - -0
`;

const EXIT_HELP = `
Exit codes:
${EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n')}
`;
