type Row = Readonly<{
  /** Path in the config files, and the name in this folder. */
  name: string;
  variable: string;
  flag?: string;
  /** Never shown, and a reason to ask who else can read the file. It has three ways, see `waysOf`. */
  isSecret?: true;
  /** A path: relative ones start at the folder of the file that says it; `~/` is the home folder. */
  isPath?: true;
}>;

/** Every setting and all the names it goes by. What is not here does not exist. */
export const SETTINGS = [
  { name: 'store', variable: 'MOVIE_INGEST_STORE', flag: '--store' },
  { name: 'library', variable: 'MOVIE_INGEST_LIBRARY', flag: '--library', isPath: true },
  { name: 'publicUrl', variable: 'MOVIE_INGEST_PUBLIC_URL' },
  { name: 'preset', variable: 'MOVIE_INGEST_PRESET', flag: '--preset' },
  { name: 'encoder', variable: 'MOVIE_INGEST_ENCODER', flag: '--encoder' },
  { name: 'copy', variable: 'MOVIE_INGEST_COPY', flag: '--no-copy' },
  { name: 'hdr', variable: 'MOVIE_INGEST_HDR', flag: '--hdr' },
  { name: 'maxPixels', variable: 'MOVIE_INGEST_MAX_PIXELS', flag: '--max-pixels' },
  { name: 'maxDuration', variable: 'MOVIE_INGEST_MAX_DURATION', flag: '--max-duration' },
  { name: 'maxTracks', variable: 'MOVIE_INGEST_MAX_TRACKS', flag: '--max-tracks' },
  {
    name: 'uploadConcurrency',
    variable: 'MOVIE_INGEST_UPLOAD_CONCURRENCY',
    flag: '--upload-concurrency',
  },
  { name: 'maxOutage', variable: 'MOVIE_INGEST_MAX_OUTAGE', flag: '--max-outage' },
  {
    name: 'playerOrigins',
    variable: 'MOVIE_INGEST_PLAYER_ORIGINS',
    flag: '--player-origins',
  },
  { name: 'ffmpeg', variable: 'MOVIE_INGEST_FFMPEG' },
  { name: 'ffprobe', variable: 'MOVIE_INGEST_FFPROBE' },
  { name: 'workDir', variable: 'MOVIE_INGEST_WORK_DIR', flag: '--work-dir', isPath: true },
  { name: 'scratch', variable: 'MOVIE_INGEST_SCRATCH', flag: '--scratch', isPath: true },
  { name: 'stateDir', variable: 'MOVIE_INGEST_STATE_DIR', isPath: true },
  { name: 'r2.accountId', variable: 'R2_ACCOUNT_ID' },
  { name: 'r2.accessKeyId', variable: 'R2_ACCESS_KEY_ID' },
  { name: 'r2.secretAccessKey', variable: 'R2_SECRET_ACCESS_KEY', isSecret: true },
  { name: 'r2.bucket', variable: 'R2_BUCKET' },
  { name: 'r2.publicUrl', variable: 'R2_PUBLIC_URL' },
  { name: 'r2.endpoint', variable: 'R2_ENDPOINT' },
  { name: 'r2.jurisdiction', variable: 'R2_JURISDICTION' },
  { name: 'b2.endpoint', variable: 'B2_ENDPOINT' },
  { name: 'b2.keyId', variable: 'B2_KEY_ID' },
  { name: 'b2.applicationKey', variable: 'B2_APPLICATION_KEY', isSecret: true },
  { name: 'b2.bucket', variable: 'B2_BUCKET' },
  { name: 'b2.publicUrl', variable: 'B2_PUBLIC_URL' },
  { name: 's3.endpoint', variable: 'S3_ENDPOINT' },
  { name: 's3.region', variable: 'S3_REGION' },
  { name: 's3.bucket', variable: 'S3_BUCKET' },
  { name: 's3.accessKeyId', variable: 'S3_ACCESS_KEY_ID' },
  { name: 's3.secretAccessKey', variable: 'S3_SECRET_ACCESS_KEY', isSecret: true },
  { name: 's3.publicUrl', variable: 'S3_PUBLIC_URL' },
  { name: 'mongodb.uri', variable: 'MONGODB_URI', isSecret: true },
  { name: 'mongodb.db', variable: 'MONGODB_DB', flag: '--db' },
  { name: 'queue', variable: 'MOVIE_INGEST_QUEUE', flag: '--queue', isSecret: true },
  { name: 'link.keyId', variable: 'MOVIE_INGEST_LINK_KEY_ID' },
  { name: 'link.secret', variable: 'MOVIE_INGEST_LINK_SECRET', isSecret: true },
] as const satisfies readonly Row[];

export type SettingRow = Row & Readonly<{ name: SettingName }>;
export type SettingName = (typeof SETTINGS)[number]['name'];

/** One of the ways to give a setting, with what it is called there. */
export type Way = Readonly<{
  /** The value is the path of a file that holds the setting, or a command that prints it. */
  via?: 'file' | 'command';
  /** Path in the config files. */
  name: string;
  variable: string;
}>;

/** As it is; a secret also as a file or a command, so that it need not stand in any setting. */
export function waysOf({ name, variable, isSecret }: SettingRow): readonly [Way, ...Way[]] {
  if (isSecret !== true) return [{ name, variable }];
  return [
    { name, variable },
    { via: 'file', name: `${name}File`, variable: `${variable}_FILE` },
    { via: 'command', name: `${name}Command`, variable: `${variable}_COMMAND` },
  ];
}

/** As commander gives them: raw text, absent when not typed. No defaults there: they would win. */
export type SettingsFlags = Readonly<{
  store?: string | undefined;
  library?: string | undefined;
  preset?: string | undefined;
  encoder?: string | undefined;
  /** True, as commander has it, where nothing was typed. */
  copy?: string | boolean | undefined;
  hdr?: string | undefined;
  maxPixels?: string | undefined;
  maxDuration?: string | undefined;
  maxTracks?: string | undefined;
  uploadConcurrency?: string | undefined;
  maxOutage?: string | undefined;
  playerOrigins?: string | undefined;
  workDir?: string | undefined;
  scratch?: string | undefined;
  /** False with `--no-queue`. */
  queue?: string | boolean | undefined;
  db?: string | undefined;
}>;

/** The variable of a setting, which is how messages call it wherever its value came from. */
export function variableOf(name: SettingName): string {
  return rowOf(name).variable;
}

/** It is never shown, and asked for without showing it. */
export function isSecretSetting(name: SettingName): boolean {
  return rowOf(name).isSecret === true;
}

function rowOf(name: SettingName): SettingRow {
  const row = SETTINGS.find((entry) => entry.name === name);
  if (row === undefined) throw new Error(`no setting is called ${name}`);
  return row;
}
