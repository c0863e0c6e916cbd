/** A line of ffmpeg's stderr under `-loglevel level+…`. */
export type LogLine = Readonly<{
  /** Who said it, outermost first: `h264`, `mov,mp4,m4a,3gp,3g2,mj2`, `vist#0:0/h264`; often nobody. */
  contexts: readonly string[];
  /** `warning`, `error`, `fatal` …; '' for a line without a level. */
  level: string;
  text: string;
}>;

/** `[h264 @ 0x55d0] [error] Reference 2 >= 2` in its parts. The text may be anything. */
export function readLogLine(line: string): LogLine {
  const contexts: string[] = [];
  let rest = line;
  for (;;) {
    const context = /^\[([^\]]{1,100}?) @ [^\]]{1,40}\] /.exec(rest);
    if (context === null) break;
    contexts.push(context[1] ?? '');
    rest = rest.slice(context[0].length);
  }
  const level = /^\[(quiet|panic|fatal|error|warning|info|verbose|debug|trace)\] ?/.exec(rest);
  if (level === null) return { contexts, level: '', text: rest };
  return { contexts, level: level[1] ?? '', text: rest.slice(level[0].length) };
}

export function isError({ level }: LogLine): boolean {
  return level === 'error' || level === 'fatal' || level === 'panic';
}

/**
 * Whether a line that ffmpeg wrote while it encoded makes it worth a closer look at the film. Of all
 * sound films in the corpus, of every container and codec, none got such a line.
 */
export function isSuspicious(line: string): boolean {
  const parsed = readLogLine(line);
  return isError(parsed) || /corrupt|concealing|partial file/i.test(parsed.text);
}
