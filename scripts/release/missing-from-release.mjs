/** Pages that are no topic of `movie-ingest help` and have no man page. */
export const NOT_TOPICS = ['architecture', 'conformance', 'inputs', 'releasing'];

/**
 * Why this state of the clone cannot be released, one line each; empty when it can. Everything is given,
 * nothing is looked up.
 *
 * @param {import('./missing-from-release.d.mts').ReleaseState} state
 * @returns {string[]}
 */
export function missingFromRelease(state) {
  const { version, package: own, lock, changelog, status, branch, tags, topics } = state;
  const missing = [];
  if (version === undefined) missing.push('the version to release is not named');
  else if (version !== own.version)
    missing.push(`package.json says ${own.version}, not ${version}`);
  if (lock.version !== own.version || lock.packages[''].version !== own.version) {
    missing.push(`package-lock.json is not of ${own.version}: npm install --package-lock-only`);
  }
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(own.version)) {
    missing.push(`${own.version} is no version (semver.org)`);
  }
  if (!hasSection(changelog, own.version)) {
    missing.push(
      `CHANGELOG.md has no dated section ## [${own.version}] - YYYY-MM-DD with lines in it`,
    );
  }
  if (status.trim() !== '') missing.push('there are changes that are not committed');
  if (branch.trim() !== 'main') missing.push(`this is ${branch.trim() || 'no branch'}, not main`);
  if (tags.includes(`v${own.version}`))
    missing.push(`v${own.version} is the tag of another commit already`);
  missing.push(...missingFromPackage(own, lock, topics));
  return missing;
}

function missingFromPackage(own, lock, topics) {
  const missing = [];
  const repository = typeof own.repository === 'string' ? own.repository : own.repository?.url;
  if (!repository)
    missing.push('package.json has no "repository": provenance names and compares it');
  const pages = topics.map((name) => name.replace(/\.md$/, ''));
  for (const topic of pages.filter((name) => !NOT_TOPICS.includes(name))) {
    const page = `./dist/man/movie-ingest-${topic}.7`;
    if (!own.man.includes(page)) missing.push(`package.json does not list ${page} in "man"`);
  }
  for (const [path, entry] of Object.entries(lock.packages)) {
    const isOurs = path !== '' && !entry.dev && !entry.devOptional && !entry.peer;
    if (isOurs && entry.hasInstallScript) missing.push(`${path} has an install script`);
  }
  return missing;
}

function hasSection(changelog, version) {
  const at = changelog.split('\n').findIndex((line) => {
    return line.startsWith(`## [${version}] - `) && /\d{4}-\d\d-\d\d$/.test(line);
  });
  if (at < 0) return false;
  const rest = changelog.split('\n').slice(at + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  return rest.slice(0, end < 0 ? undefined : end).some((line) => line.startsWith('- '));
}
