import { showLibrary } from './library.ts';
import { showWatch } from './watch.ts';

const main = document.querySelector('main');
const asked = /^\/watch\/([^/]+)$/.exec(location.pathname)?.[1];
if (main !== null) {
  await (asked === undefined ? showLibrary(main) : showWatch(main, decode(asked)));
}

/** An address that somebody typed may be no encoding at all. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
