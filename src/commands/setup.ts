import type { LoadOptions } from '../config/read-sources.ts';
import type { SetupFlag } from '../config/setup-questions.ts';
import type { HomeFolders } from '../lib/home-folders.ts';
import type { Asker } from '../ui/ask.ts';
import type { CommonFlags, Session } from './session.ts';

export type InitFlags = CommonFlags &
  Readonly<Partial<Record<SetupFlag, string>>> &
  Readonly<{
    catalog?: 'folder' | 'mongodb';
    /** False with `--no-input`. */
    input?: boolean;
    fromStdin?: boolean;
    yes?: boolean;
  }>;

/** What all steps of `init` share. */
export type Setup = Readonly<{
  flags: InitFlags;
  session: Session;
  options: LoadOptions;
  folders: HomeFolders;
  /** Undefined where nobody is to be asked. */
  asker: Asker | undefined;
}>;
