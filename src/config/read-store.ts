import path from 'node:path';
import type { Origin, SettingsWarning, StoreSettings } from '../model/settings.ts';
import { chooseStore } from './choose-store.ts';
import { keyWarnings } from './key-shapes.ts';
import type { Layer } from './layer.ts';
import type { Problem } from './problem.ts';
import {
  type Bucket,
  bucketOrigins,
  readB2,
  readPublicUrl,
  readR2,
  readS3,
} from './read-bucket.ts';

/** Where `preview` serves. */
export const DEFAULT_PUBLIC_URL = 'http://127.0.0.1:4680';

type StoreReading = Readonly<{
  /** Not to be used when `problems` has grown. */
  settings: StoreSettings;
  origins: Readonly<Record<string, Origin>>;
  warnings: readonly SettingsWarning[];
}>;

export function readStore(
  values: Layer,
  { libraryDir, problems }: Readonly<{ libraryDir: string; problems: Problem[] }>,
): StoreReading {
  const kind = chooseStore(values, problems) ?? 'folder';
  const named = values.get('store')?.origin;
  if (kind !== 'folder') {
    const bucket = { r2: readR2, b2: readB2, s3: readS3 }[kind](values, problems);
    if (bucket !== undefined) return bucketReading(bucket, { values, named });
  }
  return {
    settings: {
      kind: 'folder',
      dir: path.join(libraryDir, 'media'),
      publicBaseUrl: readPublicUrl(values, 'publicUrl', problems) ?? DEFAULT_PUBLIC_URL,
    },
    origins: {
      'store.kind': named ?? 'default',
      'store.dir': values.get('library')?.origin ?? 'default',
      'store.publicBaseUrl': values.get('publicUrl')?.origin ?? 'default',
    },
    warnings: [],
  };
}

function bucketReading(
  { settings, isRealProvider }: Bucket,
  { values, named }: Readonly<{ values: Layer; named: Origin | undefined }>,
): StoreReading {
  const origins = bucketOrigins(values, settings.kind);
  return {
    settings,
    origins: { ...origins, 'store.kind': named ?? origins['store.bucket'] ?? 'default' },
    warnings: keyWarnings({ ...settings, isRealProvider }),
  };
}
