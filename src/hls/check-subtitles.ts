import type { PackagedSubtitle } from '../model/package.ts';
import type { Plan } from '../model/plan.ts';

/** Subtitles may be shown until the last picture goes. */
const SLACK_MS = 1_000;

/** Everything that can be wrong with the subtitles of a film of this length; each text names the place. */
export function checkSubtitles(
  plan: Plan,
  subtitles: readonly PackagedSubtitle[],
  durationSeconds: number,
): readonly string[] {
  const planned = new Set(plan.subtitles.map(({ name }) => name));
  return subtitles.flatMap(({ rendition, cues }) => {
    const { name } = rendition;
    if (!planned.delete(name)) return [`${name} was not planned, or came twice`];
    if (cues.length === 0) return [`${name} has no subtitle in it`];
    const misplaced = cues.findIndex(
      ({ startMs, endMs }, index) =>
        !(startMs >= (cues[index - 1]?.startMs ?? 0)) ||
        !(endMs > startMs) ||
        endMs > Math.max(plan.source.durationMs, durationSeconds * 1000) + SLACK_MS,
    );
    const broken = cues.findIndex(({ text }) => text === '' || /-->|\r|\n\n|^\n|\n$/.test(text));
    return [
      ...(misplaced >= 0 ? [`${name} has cue ${misplaced + 1} at an impossible time`] : []),
      ...(broken >= 0 ? [`${name} has cue ${broken + 1} whose text would break the file`] : []),
    ];
  });
}
