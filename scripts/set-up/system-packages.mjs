import { findProgram, run } from './run.mjs';
import { SetUpError, say } from './say.mjs';

/**
 * Installs system packages where that needs no question: by Homebrew where it is, else by apt-get as
 * root or with a sudo that asks for no password. Each command is said before it runs. Answers with
 * false, having done nothing, where it would have to ask; throws when the installer fails.
 * `packages` is a list of `{apt: names, brew: names}`.
 */
export async function installPackages(packages) {
  const installer = await findInstaller();
  if (installer === undefined || installer.mustAsk) return false;
  for (const { command, mayFail } of installer.commands(namesFor(installer, packages))) {
    say(`Running: ${command.join(' ')}`);
    const code = await run(command[0], command.slice(1), { env: installer.env });
    if (code === 0 || mayFail) continue;
    throw new SetUpError(`${command.join(' ')} failed (exit ${code}); its message is above`);
  }
  return true;
}

/** The one line to type for the same. */
export async function installLine(packages) {
  const installer = await findInstaller();
  if (installer === undefined) {
    const names = packages.flatMap((it) => it.apt).join(' ');
    return `(the package manager of this system) install ${names}`;
  }
  const names = namesFor(installer, packages).join(' ');
  if (installer.kind === 'brew') return `brew install ${names}`;
  return `${installer.mustAsk ? 'sudo ' : ''}apt-get install -y ${names}`;
}

function namesFor(installer, packages) {
  return packages.flatMap((it) => it[installer.kind]);
}

async function findInstaller() {
  const isMac = process.platform === 'darwin';
  const brew = findProgram('brew', isMac ? ['/opt/homebrew/bin', '/usr/local/bin'] : []);
  if (brew !== undefined) return homebrew(brew);
  const apt = findProgram('apt-get');
  if (apt === undefined) return undefined;
  if (process.getuid() === 0) return aptGet(apt, []);
  const sudo = findProgram('sudo');
  const asks = sudo === undefined || (await run(sudo, ['-n', 'true'], { output: 'none' })) !== 0;
  // sudo drops the environment, so what apt is to know goes through env.
  const before = [sudo, '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'];
  return { ...aptGet(apt, before), mustAsk: asks };
}

function homebrew(brew) {
  return {
    kind: 'brew',
    mustAsk: false,
    env: { NONINTERACTIVE: '1', HOMEBREW_NO_ENV_HINTS: '1' },
    commands: (names) => [{ command: [brew, 'install', ...names] }],
  };
}

function aptGet(apt, before) {
  const start = [...before, apt, '-q', '-o', 'DPkg::Lock::Timeout=300'];
  return {
    kind: 'apt',
    mustAsk: false,
    env: {
      DEBIAN_FRONTEND: 'noninteractive',
      // dpkg refuses to work without ldconfig, and a user's PATH may lack its folder.
      PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`,
    },
    commands: (names) => [
      { command: [...start, 'update'], mayFail: true }, // one dead source must not stop us
      { command: [...start, 'install', '-y', '--no-install-recommends', ...names] },
    ],
  };
}
