import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { turnFilm } from '../helpers/turn-film.ts';

/** What must come out of a film; or the refusal that it must meet. */
export type Expected = Readonly<
  | {
      seconds: number;
      frames?: number;
      /** Of a ladder of one rung of 640×360. */
      size: string;
      tracks: number;
      /** Likeness of first and middle picture, where less than 0.9 is right. */
      alike?: number;
      flags?: readonly string[];
      warns?: RegExp;
    }
  | { refused: RegExp; flags?: readonly string[] }
>;

export type Kind = Readonly<{
  what: string;
  make: (at: Bench) => Promise<string>;
  expected: Expected;
}>;

/** A folder, and ffmpeg in it. */
export type Bench = Readonly<{
  path: (name: string) => string;
  film: (name: string, ...args: readonly (string | readonly string[])[]) => Promise<string>;
}>;

export function openBench(dir: string): Bench {
  const path = (name: string) => join(dir, name);
  return {
    path,
    film: async (name, ...args) => {
      await runFfmpeg([...args.flat(), path(name)]);
      return path(name);
    },
  };
}

const lavfi = (graph: string) => ['-f', 'lavfi', '-i', graph];
const picture = (size = '640x360', rate = '25', seconds = 4) =>
  lavfi(`testsrc2=s=${size}:r=${rate}:d=${seconds}`);
/** Rises, so that no moment sounds like another. */
const rising = (seconds = 4, channels = 2, rate = 48_000) => {
  const expression = Array.from({ length: channels }, () => '0.3*sin(2*PI*(300+70*t)*t)').join('|');
  const layout = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' }[channels];
  return lavfi(`aevalsrc='${expression}':s=${rate}:c=${layout}:d=${seconds}`);
};
const silence = (seconds = 4) => lavfi(`anullsrc=r=48000:cl=stereo:d=${seconds}`);
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
const HLG = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'];
const PQ = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];

/** One file after another, byte by byte: recordings that were joined. */
function joined(at: Bench, name: string, parts: readonly string[]): string {
  writeFileSync(at.path(name), Buffer.concat(parts.map((part) => readFileSync(part))));
  return at.path(name);
}

/** One after another in one stream, as in a broadcast: time goes on, no packet is missing. */
function broadcast(at: Bench, name: string, parts: readonly string[]): Promise<string> {
  writeFileSync(at.path('list'), parts.map((part) => `file '${part}'\n`).join(''));
  return at.film(name, ['-f', 'concat', '-safe', '0', '-i', at.path('list'), '-c', 'copy']);
}

export const KINDS: readonly Kind[] = [
  {
    what: 'a phone held upright: HEVC in 10 bits, HLG, a place',
    make: async (at) => {
      const lying = await at.film('phone-lying.mov', picture('640x360', '30'), rising(), X265, [
        ...['-pix_fmt', 'yuv420p10le', ...HLG, '-tag:v', 'hvc1', '-c:a', 'aac'],
        ...['-metadata', 'location=+10.7769+106.7009/', '-metadata', 'make=Apple'],
      ]);
      return turnFilm(lying, at.path('phone.mov'));
    },
    expected: { seconds: 4, frames: 120, size: '360x640', tracks: 1, warns: /HLG/ },
  },
  {
    what: 'AVCHD: 1440×1080 in fields with anamorphic pixels and AC-3, packets of 192 bytes',
    make: (at) =>
      at.film(
        'camera.mts',
        lavfi('testsrc2=s=1440x1080:r=50:d=2,tinterlace=interleave_top,setsar=4/3'),
        rising(2),
        [...X264, '-flags', '+ilme+ildct', '-x264-params', 'tff=1', '-b:v', '8M'],
        ['-c:a', 'ac3', '-f', 'mpegts', '-mpegts_m2ts_mode', '1'],
      ),
    expected: { seconds: 2, frames: 50, size: '640x360', tracks: 1, alike: 0.8 },
  },
  {
    what: 'DVD: a VOB of anamorphic MPEG-2 with six channels',
    make: (at) =>
      at.film('dvd.vob', lavfi('testsrc2=s=720x576:r=25:d=4,setsar=64/45'), rising(4, 6), [
        ...['-c:v', 'mpeg2video', '-b:v', '5M', '-c:a', 'ac3', '-f', 'vob'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'ProRes 4:2:2 with a track of time codes and PCM of 24 bits',
    make: (at) =>
      at.film('prores.mov', picture('640x360', '24000/1001', 2), rising(2), [
        ...['-c:v', 'prores_ks', '-profile:v', '3', '-pix_fmt', 'yuv422p10le'],
        ...['-c:a', 'pcm_s24le', '-timecode', '01:00:00:00'],
      ]),
    expected: { seconds: 2, frames: 48, size: '640x360', tracks: 1 },
  },
  {
    what: 'WebM: VP9 and Opus in 5.1',
    make: (at) =>
      at.film('vp9.webm', picture('640x360', '30', 3), rising(3, 6), [
        ...['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
        ...['-c:a', 'libopus', '-mapping_family', '1'],
      ]),
    expected: { seconds: 3, frames: 90, size: '640x360', tracks: 1 },
  },
  {
    what: 'WebM: AV1 in 10 bits and Opus',
    make: (at) =>
      at.film('av1.webm', picture('640x360', '24', 2), rising(2), [
        ...['-c:v', 'libsvtav1', '-preset', '12', '-pix_fmt', 'yuv420p10le', '-c:a', 'libopus'],
      ]),
    expected: { seconds: 2, frames: 48, size: '640x360', tracks: 1 },
  },
  {
    what: 'AVI: DivX with B-frames and MP3 of varying rate',
    make: (at) =>
      at.film('divx.avi', picture('640x360', '25', 5), rising(5), [
        ...[
          '-c:v',
          'mpeg4',
          '-vtag',
          'DX50',
          '-bf',
          '2',
          '-q:v',
          '4',
          '-c:a',
          'libmp3lame',
          '-q:a',
          '4',
        ],
      ]),
    expected: { seconds: 5, frames: 125, size: '640x360', tracks: 1 },
  },
  {
    what: 'WMV',
    make: (at) =>
      at.film('old.wmv', picture('640x480', '25'), rising(), ['-c:v', 'wmv2', '-c:a', 'wmav2']),
    expected: { seconds: 4, frames: 100, size: '480x360', tracks: 1 },
  },
  {
    what: 'a transport stream whose programme changes in the middle: other PIDs, other codecs',
    make: async (at) => {
      const first = await at.film('p1.ts', picture(), rising(), [
        ...['-c:v', 'mpeg2video', '-b:v', '3M', '-c:a', 'mp2'],
      ]);
      const second = await at.film('p2.ts', picture('640x360', '25', 4), rising(), X264, [
        ...['-c:a', 'aac', '-mpegts_start_pid', '0x300', '-mpegts_pmt_start_pid', '0x1200'],
      ]);
      return joined(at, 'change.ts', [first, second]);
    },
    expected: { refused: /is two films/ },
  },
  {
    what: 'a transport stream of two programmes',
    make: (at) =>
      at.film('two.ts', picture('320x180'), rising(), picture('640x360'), rising(), [
        ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', ...X264, '-c:a', 'aac'],
        ...['-program', 'title=small:st=0:st=1', '-program', 'title=large:st=2:st=3'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1, warns: /2 programmes/ },
  },
  {
    what: 'a fragmented MP4 whose moov is empty',
    make: (at) =>
      at.film('frag.mp4', picture(), rising(), X264, [
        ...['-c:a', 'aac', '-g', '25', '-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'a fragmented MP4 that was cut off',
    make: async (at) => {
      const whole = readFileSync(
        await at.film('frag-whole.mp4', picture('640x360', '25', 8), rising(8), X264, [
          ...[
            '-c:a',
            'aac',
            '-g',
            '25',
            '-movflags',
            '+frag_keyframe+empty_moov+default_base_moof+global_sidx',
          ],
        ]),
      );
      writeFileSync(at.path('frag-cut.mp4'), whole.subarray(0, whole.length * 0.6));
      return at.path('frag-cut.mp4');
    },
    expected: { refused: /damaged/ },
  },
  {
    what: 'an edit list that skips two seconds',
    make: async (at) => {
      const whole = await at.film('edit-whole.mp4', picture('640x360', '25', 6), rising(6), X264, [
        ...['-bf', '2', '-g', '150', '-c:a', 'aac'],
      ]);
      return at.film('edit.mp4', ['-ss', '2', '-i', whole, '-c', 'copy']);
    },
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'sound that is ten seconds longer than the picture',
    make: (at) => at.film('long-sound.mkv', picture(), rising(14), X264, ['-c:a', 'aac']),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'a picture that is ten seconds longer than its sound',
    make: (at) =>
      at.film('long-picture.mp4', picture('640x360', '25', 14), rising(4), X264, ['-c:a', 'aac']),
    expected: {
      ...{ seconds: 14, frames: 350, size: '640x360', tracks: 1 },
      warns: /ends 10s before the picture/,
    },
  },
  {
    what: 'a film of 0.4 s',
    make: (at) =>
      at.film('short.mp4', picture('640x360', '30', 0.4), rising(0.4), X264, ['-c:a', 'aac']),
    expected: { seconds: 0.4, frames: 12, size: '640x360', tracks: 1 },
  },
  {
    what: 'one picture that stands for five seconds, with sound',
    make: (at) =>
      at.film('still.mp4', picture('640x360', '1/5', 5), rising(5), X264, ['-c:a', 'aac']),
    expected: { seconds: 5, size: '640x360', tracks: 1 },
  },
  {
    what: '120 pictures a second',
    make: (at) =>
      at.film('fast.mp4', picture('640x360', '120', 2), rising(2), X264, ['-c:a', 'aac']),
    expected: { seconds: 2, frames: 120, size: '640x360', tracks: 1 },
  },
  {
    what: 'one picture a second',
    make: (at) =>
      at.film('slow.mp4', picture('640x360', '1', 10), rising(10), X264, ['-c:a', 'aac']),
    expected: { seconds: 10, size: '640x360', tracks: 1 },
  },
  {
    what: 'a recording of a screen that rests for ten seconds',
    make: (at) =>
      at.film(
        'screen.mp4',
        lavfi("testsrc2=s=640x360:r=30:d=24,select='lt(t,2)+between(t,11.5,13)+gte(t,23)'"),
        rising(24),
        [...X264, '-fps_mode', 'vfr', '-c:a', 'aac'],
      ),
    expected: { seconds: 24, size: '640x360', tracks: 1 },
  },
  {
    what: 'attached fonts and a cover, subtitles in ASS, chapters',
    make: async (at) => {
      writeFileSync(at.path('font.ttf'), Buffer.alloc(20_000, 7));
      writeFileSync(at.path('a.srt'), '1\n00:00:00,500 --> 00:00:01,500\nXin chào\n');
      const cover = await at.film('cover.png', picture('300x400', '1', 1), ['-frames:v', '1']);
      return at.film('attached.mkv', picture(), rising(), ['-i', at.path('a.srt')], X264, [
        ...['-c:a', 'flac', '-c:s', 'ass', '-map', '0', '-map', '1', '-map', '2'],
        ...['-attach', at.path('font.ttf'), '-metadata:s:t:0', 'mimetype=font/ttf'],
        ...['-attach', cover, '-metadata:s:t:1', 'mimetype=image/png'],
      ]);
    },
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'a cover as the first stream',
    make: async (at) => {
      const cover = await at.film('c.jpg', picture('1200x1600', '1', 1), ['-frames:v', '1']);
      return at.film('cover-first.mp4', ['-i', cover], picture(), rising(), [
        ...['-map', '0', '-map', '1', '-map', '2', '-c:v:0', 'copy', '-c:a', 'aac'],
        ...['-c:v:1', 'libx264', '-preset:v:1', 'ultrafast', '-disposition:v:0', 'attached_pic'],
        ...['-pix_fmt:v:1', 'yuv420p'],
      ]);
    },
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'five languages, one of them silent',
    make: (at) =>
      at.film('five.mkv', picture(), silence(), rising(), rising(), rising(), rising(), X264, [
        ...['-map', '0', '-map', '2', '-map', '1', '-map', '3', '-map', '4', '-map', '5'],
        ...['vie', 'eng', 'fra', 'jpn', 'deu'].flatMap((language, at) => [
          `-metadata:s:a:${at}`,
          `language=${language}`,
        ]),
        ...['-c:a', 'ac3'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 5, warns: /silent/ },
  },
  {
    what: 'a size that changes in the middle of the stream',
    make: async (at) => {
      const large = await at.film('r1.ts', picture('640x360', '25', 4), rising(), X264, [
        ...['-c:a', 'aac', '-x264-params', 'repeat-headers=1'],
      ]);
      const small = await at.film('r2.ts', picture('320x180', '25', 4), rising(), X264, [
        ...['-c:a', 'aac', '-x264-params', 'repeat-headers=1'],
      ]);
      return broadcast(at, 'sizes.ts', [large, small]);
    },
    // The seam lies where the longer track of the first part ends.
    expected: { seconds: 8.05, size: '640x360', tracks: 1, alike: 0.8 },
  },
  {
    what: 'sound whose rate and channels change in the middle of the stream',
    make: async (at) => {
      const one = await at.film('s1.ts', picture(), rising(4, 2), X264, ['-c:a', 'aac']);
      const two = await at.film('s2.ts', picture(), rising(4, 6, 44_100), X264, [
        ...['-c:a', 'aac'],
      ]);
      return broadcast(at, 'channels.ts', [one, two]);
    },
    expected: { seconds: 8.05, size: '640x360', tracks: 1 },
  },
  {
    what: 'black and white, one plane only',
    make: (at) =>
      at.film('grey.mkv', picture(), rising(), [
        ...['-c:v', 'ffv1', '-pix_fmt', 'gray', '-c:a', 'libvorbis'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: '853×480',
    make: (at) =>
      at.film('odd.mkv', picture('853x480'), rising(), [
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p', '-c:a', 'libopus'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: '4096×1716',
    make: (at) =>
      at.film('cinema.mov', picture('4096x1716', '24', 1), rising(1), X264, ['-c:a', 'alac']),
    expected: { seconds: 1, frames: 24, size: '640x268', tracks: 1 },
  },
  {
    what: 'cropped by the flags of its stream',
    make: (at) =>
      at.film('cropped.mp4', picture('640x480'), rising(), X264, [
        ...['-c:a', 'aac', '-bsf:v', 'h264_metadata=crop_top=60:crop_bottom=60'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'PQ without any data about its mastering',
    make: (at) =>
      at.film('pq.mp4', picture('640x360', '24', 2), rising(2), X265, [
        ...['-pix_fmt', 'yuv420p10le', ...PQ, '-c:a', 'aac'],
      ]),
    expected: { seconds: 2, frames: 48, size: '640x360', tracks: 1, warns: /HDR/ },
  },
  {
    what: 'tags of colour that cannot be: RGB for a picture that is not, reserved numbers',
    make: (at) =>
      at.film('lies.mp4', picture(), rising(), X264, [
        ...[
          '-bsf:v',
          'h264_metadata=matrix_coefficients=0:colour_primaries=3:transfer_characteristics=3',
        ],
        ...['-c:a', 'aac'],
      ]),
    expected: { seconds: 4, frames: 100, size: '640x360', tracks: 1 },
  },
  {
    what: 'MXF: MPEG-2 4:2:2 in fields, two mono tracks of PCM',
    make: (at) =>
      at.film(
        'studio.mxf',
        lavfi('testsrc2=s=1920x1080:r=50:d=2,tinterlace=interleave_top'),
        rising(2, 1),
        rising(2, 1),
        ['-map', '0', '-map', '1', '-map', '2', '-c:v', 'mpeg2video', '-pix_fmt', 'yuv422p'],
        ['-b:v', '30M', '-flags', '+ilme+ildct', '-c:a', 'pcm_s16le'],
      ),
    expected: { seconds: 2, frames: 50, size: '640x360', tracks: 2, alike: 0.8 },
  },
  {
    what: 'Ogg: Theora and Vorbis',
    make: (at) =>
      at.film('theora.ogv', picture('640x368'), rising(), [
        ...['-c:v', 'libtheora', '-q:v', '7', '-c:a', 'libvorbis'],
      ]),
    expected: { seconds: 4, frames: 100, size: '626x360', tracks: 1 },
  },
  {
    what: 'FLV: Sorenson and MP3 at 22.05 kHz',
    make: (at) =>
      at.film('old.flv', picture('320x240', '15'), rising(4, 1, 22_050), [
        ...['-c:v', 'flv', '-q:v', '3', '-c:a', 'libmp3lame'],
      ]),
    expected: { seconds: 4, frames: 60, size: '320x240', tracks: 1 },
  },
  {
    what: 'DV in QuickTime, NTSC',
    make: (at) =>
      at.film('dv.mov', lavfi('testsrc2=s=720x480:r=30000/1001:d=2,setsar=8/9'), rising(2), [
        ...['-c:v', 'dvvideo', '-pix_fmt', 'yuv411p', '-c:a', 'pcm_s16le'],
      ]),
    expected: { seconds: 2, frames: 60, size: '480x360', tracks: 1 },
  },
  {
    what: 'RGB in Matroska with TrueHD',
    make: (at) =>
      at.film('rgb.mkv', picture('640x360', '24', 2), rising(2, 6), [
        ...['-c:v', 'libx264rgb', '-preset', 'ultrafast', '-c:a', 'truehd', '-strict', '-2'],
      ]),
    expected: { seconds: 2, frames: 48, size: '640x360', tracks: 1 },
  },
  {
    what: 'times below zero and a picture that begins late',
    make: (at) =>
      at.film('late.mkv', ['-itsoffset', '1.2', ...picture()], rising(5.2), X264, ['-c:a', 'aac']),
    expected: { seconds: 5.2, frames: 130, size: '640x360', tracks: 1 },
  },
  {
    what: 'H.264 in 4:2:2 and 10 bits, full range, in fields, of a camera',
    make: (at) =>
      at.film(
        'hi422.mov',
        lavfi('testsrc2=s=720x576:r=50:d=2,tinterlace=interleave_top'),
        rising(2),
        ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv422p10le'],
        [
          '-color_range',
          'pc',
          '-flags',
          '+ilme+ildct',
          '-x264-params',
          'tff=1',
          '-c:a',
          'pcm_s16be',
        ],
      ),
    expected: { seconds: 2, frames: 50, size: '450x360', tracks: 1, alike: 0.8 },
  },
  {
    what: 'raw H.264 without a container',
    make: (at) => at.film('raw.h264', picture(), X264),
    expected: { refused: /not a film/ },
  },
  {
    what: 'MPEG-1 with its sound at 44.1 kHz',
    make: (at) =>
      at.film('video-cd.mpg', picture('352x288'), rising(4, 2, 44_100), [
        ...['-c:v', 'mpeg1video', '-b:v', '2M', '-c:a', 'mp2', '-f', 'mpeg'],
      ]),
    expected: { seconds: 4, frames: 100, size: '352x288', tracks: 1 },
  },
  {
    what: 'twenty minutes of black without sound, one picture a second',
    make: (at) =>
      at.film('black.mp4', lavfi('color=black:s=640x360:r=1:d=1200'), X264, ['-g', '10']),
    expected: { seconds: 1200, size: '640x360', tracks: 0, alike: 0 },
  },
];
