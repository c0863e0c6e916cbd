export type SegmentsOf = Readonly<{
  /** Its folder, below the working directory. */
  rendition: string;
  /** In order. */
  files: readonly string[];
  /** The init segment beside them, in fMP4. */
  init?: string | undefined;
}>;

export type SegmentsInput = Readonly<{ args: readonly string[]; stdin: Buffer }>;

/**
 * The input side of a call that reads a whole rendition from its segments. Through a playlist on stdin:
 * one file is open at a time. The `concat:` and `concatf:` protocols hold all segments open, which 1,200
 * of them and a limit of 256 files (macOS) do not survive; the concat demuxer analyses each file anew.
 */
export function segmentsInput({ rendition, files, init }: SegmentsOf): SegmentsInput {
  const map = init === undefined ? '' : `#EXT-X-MAP:URI="file:${rendition}/${init}"\n`;
  const entries = files.map((file) => `#EXTINF:6,\nfile:${rendition}/${file}\n`);
  return {
    args: [
      ['-protocol_whitelist', 'file,pipe', '-format_whitelist', 'hls,mpegts,mov'],
      ['-f', 'hls', '-i', 'pipe:0'],
    ].flat(),
    stdin: Buffer.from(
      `#EXTM3U\n#EXT-X-TARGETDURATION:7\n${map}${entries.join('')}#EXT-X-ENDLIST\n`,
    ),
  };
}
