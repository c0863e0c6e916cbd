import { type Job, jobName, runsOn } from './job.ts';

/** `dev.movie-ingest.sync`. */
export function launchdLabel(job: Pick<Job, 'words'>): string {
  return jobName(job).replace('movie-ingest-', 'dev.movie-ingest.');
}

/**
 * A property list for ~/Library/LaunchAgents. launchd runs a missed job when the Mac wakes; caffeinate
 * keeps it awake for as long as the job takes. `Background` slows disk and processor down: right for what
 * only looks, wrong for encoding (cli-player-ux.md §1.5).
 */
export function writeLaunchd(job: Job): string {
  const { words, program, hour, minute, folder, path, logFile } = job;
  const isLooking = ['sync', 'verify', 'gc', 'doctor'].includes(words[0] ?? '');
  const awake = ['/usr/bin/caffeinate', '-i', ...program, ...words];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${string(launchdLabel(job))}
  <key>ProgramArguments</key>
  <array>
${(runsOn(job) ? [...program, ...words] : awake).map((it) => `    ${string(it)}`).join('\n')}
  </array>
${runsOn(job) ? KEPT : hours(hour, minute)}
  <key>WorkingDirectory</key>
  ${string(folder)}
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    ${string(path)}
  </dict>
  <key>StandardOutPath</key>
  ${string(logFile)}
  <key>StandardErrorPath</key>
  ${string(logFile)}
  <key>ProcessType</key>
  ${string(isLooking ? 'Background' : 'Standard')}
</dict>
</plist>
`;
}

const KEPT = `  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>`;

function hours(hour: number, minute: number): string {
  return `  <key>StartCalendarInterval</key>
  <dict>
    <key>Hour</key>
    <integer>${hour}</integer>
    <key>Minute</key>
    <integer>${minute}</integer>
  </dict>`;
}

function string(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<string>${safe}</string>`;
}
