import { type Job, jobName, runsOn } from './job.ts';

export type UnitFile = Readonly<{ name: string; text: string }>;

/**
 * Units for ~/.config/systemd/user: a service, and a timer for what has its hour (missed ones are made up
 * for at the next start). Being stopped by SIGTERM is no failure. They wait for no network: a user's manager
 * has no network-online.target, and a run waits by itself.
 */
export function systemdUnits(job: Job): readonly UnitFile[] {
  const name = jobName(job);
  const { folder, path, program, words, hour, minute } = job;
  const service = `[Unit]
Description=movie-ingest ${unitText(words[0] ?? '')}

[Service]
Type=${runsOn(job) ? 'exec' : 'oneshot'}
WorkingDirectory=${unitText(folder)}
Environment=${quote(`PATH=${path}`)}
ExecStart=${[...program, ...words].map((it) => quote(it).replaceAll('$', '$$$$')).join(' ')}
SuccessExitStatus=143
${runsOn(job) ? 'Restart=on-failure\nRestartSec=60\n\n[Install]\nWantedBy=default.target\n' : 'Nice=10\n'}`;
  if (runsOn(job)) return [{ name: `${name}.service`, text: service }];
  const time = [hour, minute].map((it) => String(it).padStart(2, '0')).join(':');
  const timer = `[Unit]
Description=movie-ingest ${unitText(words[0] ?? '')}, every day

[Timer]
OnCalendar=*-*-* ${time}:00
Persistent=true

[Install]
WantedBy=timers.target
`;
  return [
    { name: `${name}.service`, text: service },
    { name: `${name}.timer`, text: timer },
  ];
}

/** `%` begins a specifier. */
function unitText(text: string): string {
  return text.replaceAll('%', '%%');
}

function quote(word: string): string {
  const text = unitText(word);
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
