// Preloaded into a measured run: leaves its peak RSS, in MB, in the file that BENCH_RSS_FILE names.
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_RSS_FILE;
if (file !== undefined) {
  process.on('exit', () => {
    // Of the children that only start another program there is none to tell: the last one wins.
    writeFileSync(file, String(Math.round(process.resourceUsage().maxRSS / 1024)));
  });
}
