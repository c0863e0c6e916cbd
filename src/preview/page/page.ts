import { showLibrary } from './library.ts';
import { showWatch } from './watch.ts';

const main = document.querySelector('main');
const slug = /^\/watch\/([^/]+)$/.exec(location.pathname)?.[1];
if (main !== null) {
  await (slug === undefined ? showLibrary(main) : showWatch(main, decodeURIComponent(slug)));
}
