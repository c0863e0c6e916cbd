import { channelsText } from '../lib/channels-text.ts';
import { formatBytes } from '../lib/format-bytes.ts';
import type { CatalogDocument } from '../model/catalog.ts';
import { fieldText, fieldValue, recordsOf } from './field-text.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

type PrintOptions = Readonly<{ paint: Paint }>;

/** Told by name; whatever else a document holds (fields of others) is named at the end. */
const TOLD = new Set([
  ...['_id', 'slug', 'title', 'description', 'hls_url', 'thumbnail_url', 'metadata', 'created_at'],
  ...['updated_at', 'ingested_at', 'revision', 'renditions', 'audio_tracks', 'subtitles', 'source'],
  ...['storage', 'encoder', 'schema_version', 'status', 'chapters', 'chapters_url', 'storyboard'],
  ...['original_title', 'year', 'genres', 'directors', 'cast', 'tags', 'ids', 'version'],
]);

/** `show` for people. Fields that are not there are left out; nothing is shortened. */
export function printDocument(document: CatalogDocument, { paint }: PrintOptions): string {
  const title = printable(fieldText(document, 'title')) || '(no title)';
  const others = Object.keys(document).filter((name) => !TOLD.has(name));
  const rows: [label: string, text: string][] = [
    ['HLS', fieldText(document, 'hls_url')],
    ['Poster', fieldText(document, 'thumbnail_url')],
    ['About', fieldText(document, 'description')],
    ['Called', fieldText(document, 'original_title')],
    ['Year', fieldText(document, 'year')],
    ['Genres', listText(document['genres'])],
    ['By', listText(document['directors'])],
    ['With', castText(document)],
    ['Tags', listText(document['tags'])],
    ['Known as', idsText(document)],
    ['Film', filmText(document)],
    ...listRows('Picture', document['renditions'], renditionText),
    ...listRows('Sound', document['audio_tracks'], audioText),
    ...listRows('Subtitles', document['subtitles'], trackText),
    ['Chapters', chaptersText(document)],
    ['Seek bar', seekBarText(document)],
    ['Stored', storedText(document)],
    ['Source', sourceText(document)],
    ['Encoder', encoderText(document)],
    ['Revision', fieldText(document, 'revision')],
    ['Created', fieldText(document, 'created_at')],
    ['Updated', fieldText(document, 'updated_at')],
    ['Id', fieldText(document, '_id')],
    ['Others', others.join(', ')],
  ];
  const lines = rows
    .filter(([, text]) => text.trim() !== '')
    .map(([label, text]) => {
      return `  ${paint.faint(label.padEnd(10))} ${printable(text)}`;
    });
  const head = `${paint.strong(title)}  ${paint.faint(printable(document.slug))}`;
  return [head, ...lines].map((line) => `${line}\n`).join('');
}

type Fields = Readonly<Record<string, unknown>>;

function castText(document: Fields): string {
  return listText(recordsOf(document['cast']).map(({ name }) => name));
}

/** Names may hold spaces. */
function listText(list: unknown): string {
  if (!Array.isArray(list)) return '';
  return list.filter((item) => typeof item === 'string' && item !== '').join(', ');
}

/** `imdb tt1254207 · tmdb 10378`. */
function idsText(document: Fields): string {
  const ids = document['ids'];
  if (typeof ids !== 'object' || ids === null) return '';
  return joined(Object.keys(ids).map((name) => `${name} ${fieldText(document, `ids.${name}`)}`));
}

/** The label stands at the first only. */
function listRows(
  label: string,
  list: unknown,
  textOf: (item: Fields) => string,
): [label: string, text: string][] {
  return recordsOf(list).map((item, index) => [index === 0 ? label : '', textOf(item)]);
}

function filmText(document: Fields): string {
  const size = fieldValue(document, 'metadata.width')
    ? `${fieldText(document, 'metadata.width')}×${fieldText(document, 'metadata.height')}`
    : '';
  const rate = fieldText(document, 'metadata.fps');
  return joined([
    fieldText(document, 'metadata.duration'),
    fieldText(document, 'metadata.resolutions'),
    fieldText(document, 'metadata.codec'),
    size,
    rate === '' ? '' : `${rate} fps`,
  ]);
}

function renditionText(rendition: Fields): string {
  const bitsPerSecond = Number(fieldText(rendition, 'bandwidth'));
  const vmaf = fieldText(rendition, 'quality.vmaf');
  return joined([
    fieldText(rendition, 'name').padEnd(6),
    `${fieldText(rendition, 'width')}×${fieldText(rendition, 'height')}`,
    fieldText(rendition, 'codecs'),
    bitsPerSecond > 0 ? `≤ ${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s` : '',
    bytesText(fieldText(rendition, 'size_bytes')),
    fieldValue(rendition, 'copied') === true ? 'copied' : '',
    vmaf === '' ? '' : `VMAF ${vmaf}`,
  ]);
}

function audioText(track: Fields): string {
  const channels = fieldText(track, 'channels');
  const role = fieldText(track, 'role');
  const loudness = fieldText(track, 'loudness.integrated_lufs');
  return joined([
    trackText(track),
    role === 'main' ? '' : role,
    channels === '' ? '' : channelsText(Number(channels)),
    loudness === '' ? '' : `${loudness.replace('-', '−')} LUFS`,
    fieldValue(track, 'copied') === true ? 'copied' : '',
  ]);
}

function trackText(track: Fields): string {
  const marks = ['default', 'forced'].filter((name) => fieldValue(track, name) === true);
  return joined([fieldText(track, 'language'), fieldText(track, 'label'), ...marks]);
}

function chaptersText(document: Fields): string {
  const count = recordsOf(document['chapters']).length;
  return count === 0 ? '' : joined([String(count), fieldText(document, 'chapters_url')]);
}

function seekBarText(document: Fields): string {
  const seconds = fieldText(document, 'storyboard.interval_s');
  if (seconds === '') return '';
  return joined([`a picture every ${seconds} s`, fieldText(document, 'storyboard.vtt_url')]);
}

function storedText(document: Fields): string {
  const objects = fieldText(document, 'storage.objects');
  return joined([
    fieldText(document, 'storage.provider'),
    fieldText(document, 'storage.bucket'),
    fieldText(document, 'storage.prefix'),
    bytesText(fieldText(document, 'storage.bytes')),
    objects === '' ? '' : `${objects} files`,
  ]);
}

function sourceText(document: Fields): string {
  return joined([
    fieldText(document, 'source.filename'),
    fieldText(document, 'source.video_codec'),
    bytesText(fieldText(document, 'source.size')),
  ]);
}

function encoderText(document: Fields): string {
  const preset = fieldText(document, 'encoder.preset');
  return joined([
    fieldText(document, 'encoder.video_encoder'),
    fieldText(document, 'encoder.ffmpeg'),
    preset === '' ? '' : `preset ${preset}`,
  ]);
}

function bytesText(bytes: string): string {
  return bytes === '' || Number.isNaN(Number(bytes)) ? '' : formatBytes(Number(bytes));
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== '').join(' · ');
}
