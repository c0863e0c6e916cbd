import type { EventOf } from '../model/event.ts';
import type { IngestContext } from './context.ts';

/** Whether this ffmpeg can do what `--report-quality` asks for. */
export async function canReportQuality({
  toolchain,
}: Pick<IngestContext, 'toolchain'>): Promise<boolean> {
  const { filters } = await toolchain();
  return filters.includes('libvmaf');
}

/** Told before the encode, not hours later: there is time to stop and take another ffmpeg. */
export const NO_LIBVMAF: EventOf<'warning'> = {
  type: 'warning',
  message: 'the quality will not be measured: this ffmpeg has no libvmaf',
  fix: 'On a Mac: brew install ffmpeg. Elsewhere name one that has it in MOVIE_INGEST_FFMPEG.',
};

export const NOT_MEASURED: EventOf<'warning'> = {
  type: 'warning',
  message: 'the quality was not measured: the film is in already, and nothing was encoded',
  fix: 'With --force it is encoded again.',
};
