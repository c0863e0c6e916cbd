import { loadPreset } from '../config/load-preset.ts';
import { findTools } from '../ffmpeg/tools/find-tools.ts';
import { inspectToolchain } from '../ffmpeg/tools/inspect-toolchain.ts';
import type { IngestContext } from '../ingest/context.ts';
import { once } from '../lib/once.ts';
import type { Preset } from '../model/preset.ts';
import type { Settings } from '../model/settings.ts';
import { type PresetFlags, presetWith } from './preset-with.ts';
import type { Session } from './session.ts';

export type OpenToolsOptions = Readonly<{
  remembers?: boolean;
  flags?: PresetFlags;
  /** As somebody else has made it, flags and settings included. */
  preset?: Preset | undefined;
}>;

/**
 * What plans are made with. Programs are looked for now; encoders are tried when first asked for, and
 * what the trial showed is kept for the next run, unless the command promises to write nothing.
 */
export async function openTools(
  settings: Settings,
  session: Pick<Session, 'signal' | 'environment' | 'cwd'>,
  { remembers = true, flags = {}, preset: ready }: OpenToolsOptions = {},
): Promise<Pick<IngestContext, 'tools' | 'toolchain' | 'preset'>> {
  const preset =
    ready ??
    heed(settings, presetWith(await loadPreset(settings.preset, { cwd: session.cwd }), flags));
  const tools = await findTools({
    ffmpegPath: settings.ffmpegPath,
    ffprobePath: settings.ffprobePath,
    origins: settings.origins,
    pathVariable: session.environment.variables['PATH'],
    platform: process.platform,
  });
  const { signal } = session;
  const toolchain = once(() =>
    inspectToolchain(tools, {
      preset,
      choice: settings.encoder,
      cacheDir: settings.stateDir,
      remembers,
      signal,
    }),
  );
  return { preset, tools, toolchain };
}

/** The preset with what was asked for beside it; what is usual is left out, so that a recipe stays one. */
function heed({ copy }: Settings, preset: Preset): Preset {
  const { copy: own, ...rest } = preset;
  const choice = copy ?? own;
  return choice === undefined || choice === 'auto' ? rest : { ...rest, copy: choice };
}
