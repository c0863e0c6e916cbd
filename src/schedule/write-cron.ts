import { shellQuote } from '../lib/shell-quote.ts';
import { type Job, jobName, runsOn } from './job.ts';

/**
 * A line for `crontab -e`. cron takes `%` for the end of the line, so it is written as `\%`. It mails what
 * is printed: with `--quiet` that is failures alone. A job that was missed is not made up for.
 */
export function writeCron(job: Job): string {
  const { hour, minute, folder, path, program, words, logFile } = job;
  const when = runsOn(job) ? '@reboot' : `${minute} ${hour} * * *`;
  const log = runsOn(job) ? ` >> ${shellQuote([logFile])} 2>&1` : '';
  const command = `cd ${shellQuote([folder])} && PATH=${shellQuote([path])} ${shellQuote([...program, ...words])}${log}`;
  return `# ${jobName(job)}\n${when} ${command.replaceAll('%', '\\%')}\n`;
}
