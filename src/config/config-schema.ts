import { z } from 'zod';
import { CopyChoice } from '../model/preset.ts';

const text = (description: string) => z.string().max(4_096).optional().meta({ description });

/** The three ways to give a secret; see `waysOf` in setting-table.ts. */
const secret = <Name extends string>(name: Name, description: string) =>
  ({
    [name]: text(description),
    [`${name}File`]: text('Path of a file that holds it'),
    [`${name}Command`]: text('Command that prints it; taken from the user file alone'),
  }) as Record<Name | `${Name}File` | `${Name}Command`, ReturnType<typeof text>>;

/**
 * `movie-ingest.config.json` (project) and `config.json` (user): one shape. Names are those of
 * `setting-table.ts`, which a test holds. Only the types are checked here; what the values mean is
 * checked after all sources are merged, because the halves may stand in different places.
 * docs/config.schema.json is made of it.
 */
export const ConfigFile = z.strictObject({
  $schema: text('Where editors find this schema'),
  store: z
    .enum(['folder', 'r2', 'b2', 's3'])
    .optional()
    .meta({ description: 'Where films go when more than one store is configured' }),
  library: text('Folder of the embedded library (media/ and catalog/)'),
  publicUrl: text('Public URL of the embedded library; http://127.0.0.1:4680 by default'),
  preset: text('Name of a preset, or the path of a preset file'),
  encoder: z
    .enum(['auto', 'videotoolbox', 'libx264', 'libx265'])
    .optional()
    .meta({ description: 'auto takes VideoToolbox where a trial encode proves it' }),
  copy: CopyChoice.optional().meta({
    description: 'Whether a film’s own picture and sound are published where they fit',
  }),
  hdr: z
    .enum(['tonemap', 'refuse'])
    .optional()
    .meta({ description: 'Turn HDR films into SDR, or refuse them; tonemap by default' }),
  maxPixels: text('The largest picture that is decoded: 8192x4352 by default'),
  maxDuration: text('The longest film that is taken: 24h by default'),
  maxTracks: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'The most tracks of picture, sound and subtitles; 65 by default' }),
  uploadConcurrency: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Objects in flight; 16 by default' }),
  maxOutage: text('How long a store may be out of reach before a run gives up: 15m by default'),
  playerOrigins: text(
    'Pages that play films, comma-separated: https://www.example.com; any page by default',
  ),
  ffmpeg: text('Path of ffmpeg'),
  ffprobe: text('Path of ffprobe'),
  workDir: text('Folder for work in progress'),
  scratch: text('Folder that films from a bucket are fetched to; in the work folder by default'),
  stateDir: text('Folder for locks and the journal'),
  ...secret('queue', 'redis:// or rediss:// address of the queue that workers share'),
  r2: z
    .strictObject({
      accountId: text('32 hex digits, from the R2 overview page'),
      accessKeyId: text('32 hex digits, of an "Object Read & Write" token'),
      ...secret('secretAccessKey', '64 hex digits; shown once, when the token is made'),
      bucket: text('Name of the bucket'),
      publicUrl: text('Custom domain or r2.dev address of the bucket'),
      endpoint: text('Only for an S3 endpoint other than the account’s own'),
      jurisdiction: z
        .enum(['eu', 'fedramp'])
        .optional()
        .meta({ description: 'Only for a bucket that was made in a jurisdiction' }),
    })
    .optional()
    .meta({ description: 'Cloudflare R2' }),
  b2: z
    .strictObject({
      endpoint: text('As the bucket page shows it: s3.us-west-004.backblazeb2.com'),
      keyId: text('keyID of an application key, not of the master key'),
      ...secret('applicationKey', 'applicationKey; shown once, when the key is made'),
      bucket: text('Name of the bucket'),
      publicUrl: text('Address under which viewers reach the bucket'),
    })
    .optional()
    .meta({ description: 'Backblaze B2' }),
  s3: z
    .strictObject({
      endpoint: text('https://s3.eu-central-1.amazonaws.com, http://127.0.0.1:9000 …'),
      region: text('eu-central-1; us-east-1 for MinIO'),
      bucket: text('Name of the bucket'),
      accessKeyId: text('Access key'),
      ...secret('secretAccessKey', 'Secret key'),
      publicUrl: text('Address under which viewers reach the bucket'),
    })
    .optional()
    .meta({ description: 'Any other S3' }),
  mongodb: z
    .strictObject({
      ...secret('uri', 'mongodb:// or mongodb+srv:// connection string'),
      db: text('Database; else the one in the URI, else movies. The collection is movies'),
    })
    .optional()
    .meta({ description: 'MongoDB; a folder of documents when absent' }),
  link: z
    .strictObject({
      keyId: text('Name of the key, as the Worker has it: k1'),
      ...secret('secret', 'At least 32 bytes in standard base64; movie-ingest link keys new'),
    })
    .optional()
    .meta({ description: 'The key that signs links that expire' }),
});

export type ConfigFile = z.infer<typeof ConfigFile>;
