/** What a sequence parameter set says of all pictures that follow it. */
export type SpsFacts = Readonly<{
  /** As displayed: cropping applied. */
  width: number;
  height: number;
  /** RFC 6381: `avc1.64001f`, `hvc1.1.6.L93.90`. */
  codec: string;
  /** chroma_format_idc: 1 is 4:2:0. */
  chroma: number;
  /** Of luma or chroma, whichever is deeper. */
  bitDepth: number;
}>;
