/**
 * Options of `movie-ingest add` whose value is the next word, so that `--preset fast` is not taken for
 * a film. A test compares this list with what `add --help` says.
 */
export const OPTIONS_WITH_VALUE = [
  '--audio-lang',
  '--burn-subtitle',
  '--db',
  '--description',
  '--encoder',
  '--hdr',
  '--library',
  '--max-duration',
  '--max-outage',
  '--max-pixels',
  '--max-tracks',
  '--poster',
  '--preset',
  '--priority',
  '--queue',
  '--scratch',
  '--slug',
  '--stall-timeout',
  '--store',
  '--subtitle',
  '--title',
  '--upload-concurrency',
  '--work-dir',
];

/** Whether the arguments of `add` say where films come from, or are options only. */
export function namesFilm(args) {
  const end = args.indexOf('--');
  if (end !== -1 && end < args.length - 1) return true;
  return args.some((word, index) => {
    if (/^(--from-file(=|$)|--help$|-h$)/.test(word)) return true;
    return !/^-./.test(word) && !OPTIONS_WITH_VALUE.includes(args[index - 1]);
  });
}
