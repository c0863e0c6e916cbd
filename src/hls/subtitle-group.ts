import { uniqueNames } from './unique-names.ts';

export type MasterSubtitle = Readonly<{
  name: string;
  label: string;
  language: string;
  isDefault: boolean;
  isForced: boolean;
  isSdh: boolean;
}>;

/** What SDH means to a player of Apple's (Apple 4.7): speech written down, and the noises described. */
const SDH =
  'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound';

/**
 * The EXT-X-MEDIA lines of the subtitles. AUTOSELECT lets a player choose by the viewer's language, and
 * must be YES where DEFAULT is (RFC 8216 §4.3.4.1) and where a forced one is to be found by itself.
 */
export function printSubtitleGroup(
  revision: string,
  subtitles: readonly MasterSubtitle[],
): readonly string[] {
  const names = uniqueNames(subtitles);
  return subtitles.map(({ name, language, isDefault, isForced, isSdh }, index) => {
    const attributes = [
      'TYPE=SUBTITLES',
      `GROUP-ID="${SUBTITLE_GROUP}"`,
      `NAME=${names[index]}`,
      ...(language === 'und' ? [] : [`LANGUAGE="${language}"`]),
      `DEFAULT=${isDefault ? 'YES' : 'NO'}`,
      'AUTOSELECT=YES',
      `FORCED=${isForced ? 'YES' : 'NO'}`,
      ...(isSdh ? [`CHARACTERISTICS="${SDH}"`] : []),
      `URI="${revision}/${name}/index.m3u8"`,
    ];
    return `#EXT-X-MEDIA:${attributes.join(',')}`;
  });
}

export const SUBTITLE_GROUP = 'subs';
