import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../src/errors.ts';
import { explainS3Error } from '../../../src/store/explain-s3-error.ts';
import type { BucketSettings } from '../../../src/store/providers.ts';
import { StoreFailure } from '../../../src/store/store-failure.ts';

const SETTINGS: BucketSettings = {
  kind: 'r2',
  endpoint: 'https://0123.r2.cloudflarestorage.com',
  region: 'auto',
  bucket: 'films',
  accessKeyId: 'a1'.repeat(16),
  secretAccessKey: 'b2'.repeat(32),
  publicBaseUrl: 'https://media.example.com',
};

/** As the SDK throws what a server answered. */
function answered(status: number, name: string, message = `${name} it is`): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** As Node throws what the network did. */
function broke(code: string): Error {
  return Object.assign(new Error(`it broke: ${code}`), { code });
}

function explain(error: unknown, settings: Partial<BucketSettings> = {}): StoreFailure {
  const explained = explainS3Error(error, {
    settings: { ...SETTINGS, ...settings } as BucketSettings,
    doing: 'write videos/x/master.m3u8',
  });
  expect(explained).toBeInstanceOf(StoreFailure);
  return explained as StoreFailure;
}

describe('what S3 and the network answer', () => {
  it.each([
    [answered(401, 'Unauthorized'), 'permanent', 'credentials'],
    [answered(403, 'InvalidAccessKeyId'), 'permanent', 'credentials'],
    [answered(403, 'SignatureDoesNotMatch'), 'permanent', 'credentials'],
    [answered(403, 'AccessDenied'), 'permanent', 'credentials'],
    [answered(403, 'Unknown'), 'permanent', 'credentials'], // HEAD has no body to name it
    [
      answered(400, 'InvalidArgument', 'Credential access key has length 64, should be 32'),
      'permanent',
      'credentials',
    ],
    [answered(403, 'NotEntitled'), 'permanent', 'store'],
    [answered(404, 'NoSuchBucket'), 'permanent', 'store'],
    [answered(301, 'PermanentRedirect'), 'permanent', 'store'],
    [answered(400, 'AuthorizationHeaderMalformed'), 'permanent', 'store'],
    [answered(403, 'RequestTimeTooSkewed'), 'permanent', 'store'],
    [answered(400, 'InvalidArgument'), 'permanent', 'store'],
    [answered(400, 'EntityTooLarge'), 'permanent', 'store'],
    [answered(400, 'InvalidPart'), 'permanent', 'store'],
    [answered(409, 'ObjectParentIsFile'), 'permanent', 'store'],
    [answered(501, 'NotImplemented'), 'permanent', 'store'],
    [answered(507, 'InsufficientStorage'), 'permanent', 'store'],
    [answered(400, 'IncompleteBody'), 'passing', 'store'],
    [answered(400, 'ClientDisconnect'), 'passing', 'store'],
    [answered(400, 'RequestTimeout'), 'busy', 'store'],
    [answered(404, 'NoSuchUpload'), 'passing', 'store'],
    [answered(500, 'InternalError'), 'passing', 'store'],
    [answered(502, 'Unknown'), 'passing', 'store'],
    [answered(503, 'SlowDown'), 'busy', 'store'],
    [answered(503, 'Unknown'), 'busy', 'store'],
    [answered(429, 'TooManyRequests'), 'busy', 'store'],
    [answered(400, 'BadDigest'), 'damaged', 'store'],
    [answered(400, 'XAmzContentSHA256Mismatch'), 'damaged', 'store'],
    [broke('ECONNRESET'), 'passing', 'store'],
    [broke('EPIPE'), 'passing', 'store'],
    [broke('ECONNREFUSED'), 'passing', 'store'],
    [broke('ENETUNREACH'), 'passing', 'store'],
    [broke('ERR_STREAM_PREMATURE_CLOSE'), 'passing', 'store'],
    [broke('ENOTFOUND'), 'passing', 'store'],
    [broke('EAI_AGAIN'), 'passing', 'store'],
    [broke('EPROTO'), 'permanent', 'store'],
    [broke('DEPTH_ZERO_SELF_SIGNED_CERT'), 'permanent', 'store'],
    [broke('ERR_TLS_CERT_ALTNAME_INVALID'), 'permanent', 'store'],
    [Object.assign(new Error('timed out'), { name: 'TimeoutError' }), 'busy', 'store'],
  ])('%s is %s, and ends in %s', (error, kind, exit) => {
    expect(explain(error)).toMatchObject({ kind, exit });
  });

  it('is said with what, cause and fix', () => {
    const { message, why, fix } = explain(answered(404, 'NoSuchBucket'));
    expect({ message, why, fix }).toMatchInlineSnapshot(`
      {
        "fix": "Check R2_BUCKET and R2_ACCOUNT_ID. Create it with: npx wrangler r2 bucket create NAME. A bucket with a jurisdiction (EU) is only found at its own endpoint.",
        "message": "Bucket "films" was not found at 0123.r2.cloudflarestorage.com (NoSuchBucket, 404)",
        "why": "the name is wrong, or the bucket is in another account or at another endpoint",
      }
    `);
    const refused = explain(answered(403, 'InvalidAccessKeyId'), {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    });
    expect({
      message: refused.message,
      why: refused.why,
      fix: refused.fix,
    }).toMatchInlineSnapshot(`
      {
        "fix": "Create an "Object Read & Write" token for this bucket (Cloudflare dashboard, R2, Manage API tokens). Put both halves in R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY, then: movie-ingest doctor",
        "message": "R2 refused the access key (InvalidAccessKeyId, 403)",
        "why": "R2_ACCESS_KEY_ID has 20 characters; it should be 32 hexadecimal digits",
      }
    `);
  });

  it('says so when an endpoint without TLS was asked for TLS', () => {
    const message =
      'write EPROTO 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
    expect(explain(Object.assign(new Error(message), { code: 'EPROTO' })).fix).toContain('http://');
    expect(explain(broke('EPROTO')).fix).toContain('the clock');
  });

  it('names the region that a B2 or AWS endpoint is in', () => {
    const error = answered(400, 'AuthorizationHeaderMalformed');
    const b2 = explain(error, {
      kind: 'b2',
      endpoint: 'https://s3.us-west-004.backblazeb2.com',
      region: 'auto',
    });
    expect(b2.fix).toBe('Set B2_ENDPOINT to the region of the endpoint: us-west-004.');
    const aws = explain(error, {
      kind: 's3',
      endpoint: 'https://s3.eu-west-1.amazonaws.com',
      region: 'us-east-1',
    });
    expect(aws.fix).toBe('Set S3_REGION to the region of the endpoint: eu-west-1.');
  });

  it('promise 8: no half of the key is in the error, though the answer quoted it', () => {
    const quoted = Object.assign(
      answered(403, 'InvalidAccessKeyId', `no such key ${SETTINGS.accessKeyId}`),
      {
        AWSAccessKeyId: SETTINGS.secretAccessKey,
        StringToSign: SETTINGS.secretAccessKey,
      },
    );
    for (const error of [quoted, answered(418, 'Teapot', `secret ${SETTINGS.secretAccessKey}!`)]) {
      const explained = explain(error);
      const { message, why, fix, cause } = explained;
      const everything = JSON.stringify([
        message,
        why,
        fix,
        String(cause),
        { ...(cause as object) },
      ]);
      expect(everything).not.toContain(SETTINGS.accessKeyId);
      expect(everything).not.toContain(SETTINGS.secretAccessKey);
    }
  });

  it('a bug stays what it is, and so does what was explained already', () => {
    const own = new StoreFailure('damaged', 'store', { what: 'as it is' });
    for (const error of [
      new TypeError('x is undefined'),
      new Error('no code, no answer'),
      own,
      'text',
    ]) {
      const explained = explainS3Error(error, { settings: SETTINGS, doing: 'write x' });
      expect(explained).toBe(error);
    }
    expect(own).toBeInstanceOf(IngestError);
  });
});
