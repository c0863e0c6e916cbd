/**
 * The length of a film, or a place in it, as players show it: `1:45:20`, `4:05`. (The document's
 * `metadata.duration` is another form, with all digits: format-clock.ts.)
 */
export function formatRunningTime(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = String(seconds % 60).padStart(2, '0');
  if (hours === 0) return `${minutes}:${tail}`;
  return `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}
