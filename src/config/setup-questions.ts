import type { StoreSettings } from '../model/settings.ts';
import type { SettingName } from './setting-table.ts';

/** One thing that `init` must know, and how it is called to the user. */
export type Question = Readonly<{
  name: SettingName;
  /** On the screen; nobody is asked without. */
  ask?: string;
  /** An example, in the empty line. */
  example?: string;
  /** The flag that answers it, as commander names it. A secret has none: every process could read it. */
  flag?: SetupFlag;
  /** May stay empty. */
  isOptional?: true;
}>;

export type SetupFlag =
  | 'accountId'
  | 'jurisdiction'
  | 'endpoint'
  | 'region'
  | 'bucket'
  | 'accessKeyId'
  | 'publicUrl'
  | 'library'
  | 'db';

/** Where the documents are when a bucket goes without MongoDB; asked of nobody. */
const LIBRARY: Question = { name: 'library', flag: 'library', isOptional: true };

/** In the order in which they are asked: what is looked up on the same page stands together. */
export const STORE_QUESTIONS: Readonly<Record<StoreSettings['kind'], readonly Question[]>> = {
  folder: [
    { name: 'library', ask: 'Folder of the library', flag: 'library', isOptional: true },
    {
      name: 'publicUrl',
      ask: 'Its address for viewers (this one is where movie-ingest preview serves it)',
      flag: 'publicUrl',
      isOptional: true,
    },
  ],
  r2: [
    {
      name: 'r2.accountId',
      ask: 'Account ID, or the whole S3 endpoint (R2 overview page)',
      example: '32 hex digits',
      flag: 'accountId',
    },
    // Seen in an endpoint that is pasted, and else by looking: nobody knows it by heart.
    { name: 'r2.jurisdiction', flag: 'jurisdiction', isOptional: true },
    { name: 'r2.endpoint', flag: 'endpoint', isOptional: true },
    { name: 'r2.bucket', ask: 'Bucket', example: 'movies', flag: 'bucket' },
    {
      name: 'r2.accessKeyId',
      ask: 'Access Key ID, of a token "Object Read & Write"',
      example: '32 hex digits',
      flag: 'accessKeyId',
    },
    { name: 'r2.secretAccessKey', ask: 'Secret Access Key (shown once, beside it)' },
    {
      name: 'r2.publicUrl',
      ask: 'Public address: the custom domain of the bucket',
      example: 'https://media.example.com',
      flag: 'publicUrl',
    },
    LIBRARY,
  ],
  b2: [
    {
      name: 'b2.endpoint',
      ask: 'Endpoint, as the page of the bucket shows it',
      example: 's3.us-west-004.backblazeb2.com',
      flag: 'endpoint',
    },
    { name: 'b2.bucket', ask: 'Bucket', example: 'movies', flag: 'bucket' },
    { name: 'b2.keyId', ask: 'keyID, of an application key', flag: 'accessKeyId' },
    { name: 'b2.applicationKey', ask: 'applicationKey (shown once, beside it)' },
    {
      name: 'b2.publicUrl',
      ask: 'Public address: of the bucket, or of the CDN before it',
      example: 'https://media.example.com',
      flag: 'publicUrl',
    },
    LIBRARY,
  ],
  s3: [
    {
      name: 's3.endpoint',
      ask: 'Endpoint',
      example: 'https://s3.eu-central-1.amazonaws.com',
      flag: 'endpoint',
    },
    { name: 's3.region', ask: 'Region', example: 'us-east-1', flag: 'region' },
    { name: 's3.bucket', ask: 'Bucket', example: 'movies', flag: 'bucket' },
    { name: 's3.accessKeyId', ask: 'Access key', flag: 'accessKeyId' },
    { name: 's3.secretAccessKey', ask: 'Secret key' },
    {
      name: 's3.publicUrl',
      ask: 'Public address: where viewers read',
      example: 'https://media.example.com',
      flag: 'publicUrl',
    },
    LIBRARY,
  ],
};

export const MONGO_QUESTIONS: readonly Question[] = [
  {
    name: 'mongodb.uri',
    ask: 'Connection string (mongodb:// or mongodb+srv://, with the password)',
  },
  { name: 'mongodb.db', ask: 'Database', example: 'movies', flag: 'db', isOptional: true },
];
