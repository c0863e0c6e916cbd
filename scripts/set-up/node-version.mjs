import { SetUpError } from './say.mjs';

const OLDEST = [20, 19];

/** Everything else would fail later with a message that nobody could read. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new SetUpError(
    `this is Node ${version}, and movie-ingest needs ${OLDEST.join('.')} or newer: https://nodejs.org, or brew install node`,
  );
}
