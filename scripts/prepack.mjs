/** npm runs this before `npm pack`: what is packed is built from what stands here. */
import { setUpClone } from './set-up/clone.mjs';

await setUpClone();
