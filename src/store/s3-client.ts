import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { type BucketSettings, PROVIDERS } from './providers.ts';

export type S3ClientOptions = Readonly<{
  /** Objects in flight that the caller means to have. */
  concurrency: number;
  /** Until a connection stands. */
  connectTimeoutMs?: number;
  /** Without a byte in either direction. */
  idleTimeoutMs?: number;
}>;

/** Parts of one large object at once. */
export const PARTS_IN_FLIGHT = 4;

/** storage-delivery.md §2.2; each switch has cost somebody a day. */
export function createS3Client(settings: BucketSettings, options: S3ClientOptions): S3Client {
  // biome-ignore lint/style/noProcessEnv: written, not read; the SDK's only switch for its Node 20 warning, which cron would mail every night
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { accessKeyId, secretAccessKey } = settings;
  const agent = { keepAlive: true, maxSockets: PARTS_IN_FLIGHT * options.concurrency + 8 };
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: PROVIDERS[settings.kind].forcePathStyle,
    // Nothing in AWS_* or ~/.aws may change where and how we send.
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    useArnRegion: false,
    disableS3ExpressSessionAuth: true,
    authSchemePreference: [],
    sigv4aSigningRegionSet: [],
    userAgentAppId: '',
    // R2 and B2 do not take the newer checksum headers; Content-MD5 does the same everywhere.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // R2 does not answer 100: each PUT from 2 MiB on would wait 6 s and open a connection of its own.
    expectContinueHeader: false,
    // The SDK's own retries stop after about 35 in all (storage-delivery.md §0.3): patience is retry.ts.
    retryMode: 'standard',
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 10_000,
      socketTimeout: options.idleTimeoutMs ?? 60_000, // none by default: a silent server hangs us for ever
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
  useMd5Checksums(client);
  return client;
}

/**
 * DeleteObjects must carry a checksum, and the SDK sends CRC32 even with WHEN_REQUIRED, which B2
 * refuses: it becomes Content-MD5. Added by step, since `addRelativeTo` throws on commands without the
 * checksum middleware; `build` and low is after the checksum and before the signature.
 */
function useMd5Checksums(client: S3Client): void {
  type Request = { headers: Record<string, string>; body?: string | Uint8Array };
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as Request;
      const crcHeaders = Object.keys(request.headers).filter((name) =>
        /^x-amz-(checksum-|sdk-checksum-algorithm)/i.test(name),
      );
      for (const name of crcHeaders) delete request.headers[name];
      if (crcHeaders.length > 0 && request.body !== undefined) {
        const md5 = createHash('md5').update(request.body).digest('base64');
        request.headers['content-md5'] = md5;
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'md5Checksums' },
  );
}
