/** What the tests use of m3u8-parser, which comes without types. */
declare module 'm3u8-parser' {
  type Attributes = Readonly<Record<string, unknown>>;
  export type Manifest = Readonly<{
    endList?: boolean;
    targetDuration?: number;
    playlistType?: string;
    independentSegments?: boolean;
    iFramesOnly?: boolean;
    playlists?: readonly Readonly<{ uri: string; attributes: Attributes }>[];
    iFramePlaylists?: readonly Readonly<{ uri: string; attributes: Attributes }>[];
    mediaGroups?: Readonly<{
      AUDIO: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
    }>;
    segments: readonly Readonly<{
      uri: string;
      duration: number;
      byterange?: Readonly<{ offset: number; length: number }>;
      map?: Readonly<{ uri: string; byterange?: Readonly<{ offset: number; length: number }> }>;
    }>[];
  }>;
  export class Parser {
    manifest: Manifest;
    on(event: 'warn' | 'info', listener: (event: Readonly<{ message: string }>) => void): void;
    push(text: string): void;
    end(): void;
  }
}
