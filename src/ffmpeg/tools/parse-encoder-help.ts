/**
 * The private options in the text of `ffmpeg -h encoder=<name>`, without dashes, in the order printed;
 * undefined when this build has no such encoder (ffmpeg exits 0 then too, ffmpeg-hls.md §1.8).
 * Options are looked up in this list before they are used, since an unknown one is a fatal error and
 * VideoToolbox has gained some in nearly every release (§1.1).
 */
export function parseEncoderHelp(name: string, text: string): readonly string[] | undefined {
  const lines = text.split(/\r?\n/);
  if (!lines.some((line) => line.startsWith(`Encoder ${name} [`))) return undefined;
  return lines.flatMap((line) => /^ {2}-(\S+)\s+<\w+>/.exec(line)?.[1] ?? []);
}
