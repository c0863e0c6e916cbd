import stringWidth from 'string-width';
import { fitText, padText } from '../lib/fit-text.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import { formatCount } from '../lib/format-count.ts';
import { formatDuration } from '../lib/format-duration.ts';
import { formatRunningTime } from '../lib/format-running-time.ts';
import type { Event, EventOf } from '../model/event.ts';
import { tallyText } from './difference-lines.ts';
import { filmFacts } from './film-facts.ts';
import type { Paint } from './paint.ts';
import { fileName, printable } from './printable.ts';
import { countOf, formatRate, formatSpeed } from './progress-lines.ts';
import { wrapText } from './wrap-text.ts';

export type TextOptions = Readonly<{ columns: number; paint: Paint; verbose: boolean }>;

/** `✔ ` and the label of the longest fact. */
const LABEL_COLUMNS = 11;
const INDENT = 2 + LABEL_COLUMNS;

/** The lasting lines that an event leaves on a terminal; none for those that only move the screen on. */
export function factLines(event: Event, options: TextOptions): string[] {
  switch (event.type) {
    case 'film.start':
      return event.of === 1 ? [] : filmHeader(event, options);
    case 'downloaded':
      return fact('Fetched', downloadedFacts(event), options);
    case 'probed':
      return fact(fitText(fileName(event.file), options.columns - 4), filmFacts(event), options);
    case 'planned':
      return fact('Plan', planFacts(event, options), options);
    case 'ready':
      return fact(
        'Ready',
        [printable(event.store), printable(event.catalog), `${formatBytes(event.freeBytes)} free`],
        options,
      );
    case 'warning':
      return warningLines(event, options);
    case 'outage':
      return outageLines(event, options);
    case 'resumed':
      return fact('Resumed', resumedFacts(event), options);
    case 'restarted':
      return fact('Restarted', ['from the start', printable(event.reason)], options);
    case 'encoded':
    case 'uploaded':
    case 'checked':
    case 'saved':
      return fact(...doneFacts(event), options);
    case 'loudness':
      return fact('Loudness', event.tracks.map(loudnessText), options);
    case 'quality':
      return fact('Quality', event.renditions.map(qualityText), options);
    case 'published':
      return options.verbose ? fact('Published', [printable(event.hlsUrl)], options) : [];
    case 'job':
      return jobLines(event, options);
    case 'worker':
      return event.state === 'ready'
        ? fact('Worker', [printable(event.worker), workerText(event)], options)
        : warningLines({ message: workerText(event) }, options);
    case 'tally': {
      const mark = event.left === 0 ? options.paint.good('✔') : options.paint.bad('✖');
      return [`${mark} ${tallyText(event)}`];
    }
    default:
      return [];
  }
}

/** `takes films from 127.0.0.1:6379`. */
export function workerText({ state, queue, why }: EventOf<'worker'>): string {
  if (state === 'ready') return `takes films from ${printable(queue)}`;
  return `takes no films for now${why === undefined ? '' : `: ${printable(why)}`}`;
}

const JOB_TEXTS: Readonly<Record<EventOf<'job'>['state'], string>> = {
  queued: 'is in the queue',
  already: 'was in the queue already',
  started: 'is being made',
  handedBack: 'was given back',
  handedOver: 'was handed over',
  retrying: 'failed and is tried again',
};

function jobLines(event: EventOf<'job'>, options: TextOptions): string[] {
  const { state, slug, worker, why } = event;
  const text = `${printable(slug)} ${JOB_TEXTS[state]}`;
  if (why !== undefined) return warningLines({ message: `${text}: ${why}` }, options);
  const id = state === 'started' ? [] : [printable(event.job)];
  return fact(
    'Queue',
    [text, ...id, ...(worker === undefined ? [] : [printable(worker)])],
    options,
  );
}

/** Once it is over; as long as it lasts it stands on the last line of the screen. */
function outageLines({ store, forMs, isOver }: EventOf<'outage'>, options: TextOptions): string[] {
  if (!isOver) return [];
  const message = `${store} was out of reach for ${formatDuration(forMs)}; it goes on`;
  return warningLines({ message }, options);
}

function resumedFacts(event: EventOf<'resumed'>): string[] {
  const { segment, of, doneMs, keptBytes, fetchedSegments } = event;
  return [
    `at segment ${formatCount(segment)} of ${formatCount(of)} (${formatRunningTime(doneMs)})`,
    `${formatBytes(keptBytes)} kept`,
    ...(fetchedSegments === 0
      ? []
      : [`${countOf(fetchedSegments, 'segment', 'segments')} read back from the store`]),
  ];
}

/** `English −23.1 LUFS, peak −1.2 dBTP`: with a minus that is one. */
export function loudnessText(
  track: Pick<
    EventOf<'loudness'>['tracks'][number],
    'label' | 'channels' | 'integratedLufs' | 'truePeakDbtp'
  >,
): string {
  const number = (value: number) => value.toFixed(1).replace('-', '−');
  const { label, channels, integratedLufs, truePeakDbtp } = track;
  const peak = truePeakDbtp === undefined ? [] : [`peak ${number(truePeakDbtp)} dBTP`];
  const name = channels > 2 ? `${printable(label)} 5.1` : printable(label);
  return [`${name} ${number(integratedLufs)} LUFS`, ...peak].join(', ');
}

/** `720p VMAF 95`. */
export function qualityText({ name, vmaf }: EventOf<'quality'>['renditions'][number]): string {
  return `${printable(name)} VMAF ${vmaf}`;
}

/** `! Subtitle 3 is a picture format and was skipped. Add text subtitles with …`, broken at words. */
export function warningLines(
  { message, fix }: Omit<EventOf<'warning'>, 'type'>,
  { columns, paint }: Pick<TextOptions, 'paint'> & { columns: number | undefined },
): string[] {
  const [mark, text] = [paint.warn('!'), printable(message)];
  const sentence = fix === undefined || /[.!?]$/.test(text) ? text : `${text}.`;
  const words = [sentence, printable(fix ?? '')].join(' ').trim().split(' ');
  return wrapText([`${mark} ${words[0]}`, ...words.slice(1)], {
    columns: columns === undefined ? undefined : columns - 1,
    indent: 2,
  });
}

function filmHeader(event: EventOf<'film.start'>, { columns, paint }: TextOptions): string[] {
  const count = `[${event.number}/${event.of}]`;
  const header = `${count} ${fitText(fileName(event.file), columns - count.length - 2)}`;
  return [...(event.number === 1 ? [] : ['']), paint.strong(header)];
}

function planFacts(event: EventOf<'planned'>, { verbose }: TextOptions): string[] {
  const details = [
    `preset ${printable(event.preset)}`,
    `revision ${printable(event.revision)}`,
    printable(event.encoderReason),
    ...(event.copyReason === undefined ? [] : [printable(event.copyReason)]),
  ];
  return [
    event.renditions.map((rendition) => printable(rendition.name)).join(' '),
    ...(event.copied === undefined || event.copied.length === 0
      ? []
      : [`${printable(event.copied.join(' '))} copied`]),
    encoderLabel(event.encoder),
    `≈ ${formatBytes(event.estimatedBytes)}`,
    `≈ ${countOf(event.estimatedObjects, 'file', 'files')}`,
    ...(verbose ? details : []),
  ];
}

const ENCODER_LABELS: Readonly<Record<string, string>> = {
  h264_videotoolbox: 'H.264 VideoToolbox',
  libx264: 'H.264 libx264',
  hevc_videotoolbox: 'HEVC VideoToolbox',
  libx265: 'HEVC libx265',
};

/** `H.264 VideoToolbox`, `H.264 libx264`. */
export function encoderLabel(encoder: string): string {
  return ENCODER_LABELS[encoder] ?? printable(encoder);
}

type DoneEvent = EventOf<'encoded'> | EventOf<'uploaded'> | EventOf<'checked'> | EventOf<'saved'>;

function doneFacts(event: DoneEvent): [label: string, facts: string[]] {
  switch (event.type) {
    case 'encoded': {
      const took = `${countOf(event.renditions, 'rendition', 'renditions')} in ${formatDuration(event.elapsedMs)}`;
      return ['Encoded', [`${took} (${formatSpeed(event.speed)} real time)`]];
    }
    case 'uploaded':
      return ['Uploaded', uploadedFacts(event)];
    case 'checked':
      return [
        'Checked',
        [
          countOf(event.segments, 'segment', 'segments'),
          `${formatCount(event.keyFrames)} key frames`,
          formatRunningTime(event.durationMs),
          ...(event.subtitles ? [countOf(event.subtitles, 'subtitle', 'subtitles')] : []),
        ],
      ];
    case 'saved':
      return ['Saved', [`${printable(event.catalog)} (${event.outcome})`]];
  }
}

function downloadedFacts(event: EventOf<'downloaded'>): string[] {
  const { bytes, keptBytes, elapsedMs } = event;
  return [
    `${formatBytes(bytes)} in ${formatDuration(elapsedMs)}`,
    ...(keptBytes === 0 ? [] : [`${formatBytes(keptBytes)} were here already`]),
  ];
}

function uploadedFacts(event: EventOf<'uploaded'>): string[] {
  const facts = [
    `${formatBytes(event.bytes)} in ${formatDuration(event.elapsedMs)}`,
    countOf(event.objects, 'file', 'files'),
  ];
  if (event.elapsedMs > 0) facts.push(formatRate((event.bytes / event.elapsedMs) * 1000));
  if (event.retries > 0) facts.push(countOf(event.retries, 'retry', 'retries'));
  return facts;
}

/** `✔ Label      a · b · c`; what does not fit goes on below the first fact. */
function fact(label: string, facts: readonly string[], options: TextOptions): string[] {
  const columns = options.columns - 1;
  const head = `${options.paint.good('✔')} ${padText(label, LABEL_COLUMNS - 2)}  `;
  const [first = '', ...others] = facts;
  const hasRoom = stringWidth(head + first) <= columns;
  const start = hasRoom ? head : ' '.repeat(INDENT);
  const lines = wrapText([start + first, ...others], { columns, indent: INDENT, separator: ' · ' });
  return hasRoom ? lines : [head.trimEnd(), ...lines];
}
