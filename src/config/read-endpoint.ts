import { checkEndpoint, isLoopback } from './check-url.ts';
import { looksLikeR2AccountId } from './key-shapes.ts';
import type { Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';
import type { SettingName } from './setting-table.ts';

export type Endpoint = Readonly<{ url: URL; region: string }>;

/** `https://<account>[.<jurisdiction>].r2.cloudflarestorage.com`, or the one that is given. */
export function r2Endpoint(values: Layer, problems: Problem[]): Endpoint | undefined {
  const account = values.get('r2.accountId');
  const given = values.get('r2.endpoint');
  const jurisdiction = values.get('r2.jurisdiction');
  if (given !== undefined) {
    if (jurisdiction !== undefined) {
      problems.push({
        what: `${nameSource('r2.jurisdiction', jurisdiction)} and ${nameSource('r2.endpoint', given)} say the same thing twice`,
        fix: 'Remove one of them: the endpoint of a jurisdiction has it in its name',
      });
    }
    const endpoint = hostOnly(values, 'r2.endpoint', problems);
    return endpoint && { url: endpoint, region: 'auto' };
  }
  if (account === undefined) return undefined;
  if (!looksLikeR2AccountId(account.value)) {
    problems.push(wrongAccountId(nameSource('r2.accountId', account), account.value));
    return undefined;
  }
  if (jurisdiction !== undefined && !['eu', 'fedramp'].includes(jurisdiction.value)) {
    problems.push({
      what: `${nameSource('r2.jurisdiction', jurisdiction)} is no jurisdiction of R2`,
      fix: 'Write eu or fedramp, or leave it away for an ordinary bucket',
    });
    return undefined;
  }
  const host = [account.value.toLowerCase(), jurisdiction?.value, 'r2.cloudflarestorage.com'];
  return {
    url: new URL(`https://${host.filter((part) => part !== undefined).join('.')}`),
    region: 'auto',
  };
}

function wrongAccountId(called: string, value: string): Problem {
  const pasted = /([0-9a-f]{32})\.(?:(eu|fedramp)\.)?r2\.cloudflarestorage\.com/i.exec(value);
  if (pasted === null) {
    return {
      what: `${called} is not an account id`,
      why: 'An R2 account id is 32 hex digits',
      fix: 'Copy it from the R2 overview page (Account ID)',
    };
  }
  const [, id, jurisdiction] = pasted;
  const also = jurisdiction === undefined ? '' : ` and R2_JURISDICTION=${jurisdiction}`;
  return {
    what: `${called} is the whole S3 endpoint, not the account id`,
    fix: `Set R2_ACCOUNT_ID=${id}${also}`,
  };
}

/** The region is a part of the host's name and must be the true one (storage-delivery.md §1.5). */
export function b2Endpoint(values: Layer, problems: Problem[]): Endpoint | undefined {
  const endpoint = hostOnly(values, 'b2.endpoint', problems);
  const found = values.get('b2.endpoint');
  if (endpoint === undefined || found === undefined) return undefined;
  if (isLoopback(endpoint)) return { url: endpoint, region: 'us-east-1' };
  const region = /^s3\.([a-z]+-[a-z]+-\d+)\.backblazeb2\.com$/.exec(endpoint.hostname)?.[1];
  if (region !== undefined && endpoint.protocol === 'https:') return { url: endpoint, region };
  const hasBucket = /.\.s3\.[a-z0-9-]+\.backblazeb2\.com$/.test(endpoint.hostname);
  problems.push({
    what: `${nameSource('b2.endpoint', found)} is not an S3 endpoint of Backblaze`,
    why: hasBucket
      ? 'It has the name of the bucket in front'
      : 'They look like https://s3.us-west-004.backblazeb2.com, and the region is read from the name',
    fix: 'Copy "Endpoint" from the bucket page',
  });
  return undefined;
}

/** A path is allowed (some providers have one), but not one that ends in the bucket. */
export function s3Endpoint(values: Layer, problems: Problem[]): Endpoint | undefined {
  const found = values.get('s3.endpoint');
  if (found === undefined) return undefined;
  const called = nameSource('s3.endpoint', found);
  const checked = checkEndpoint({ called, value: found.value });
  if ('problem' in checked) {
    problems.push(checked.problem);
    return undefined;
  }
  const endpoint = checked.url;
  const bucket = values.get('s3.bucket')?.value;
  const inPath =
    endpoint.pathname
      .split('/')
      .filter((part) => part !== '')
      .at(-1) === bucket;
  if (bucket !== undefined && (inPath || endpoint.hostname.startsWith(`${bucket}.`))) {
    problems.push({
      what: `${called} holds the name of the bucket`,
      fix: 'Take it out: the endpoint is the address of the service, S3_BUCKET names the bucket',
    });
    return undefined;
  }
  const region = values.get('s3.region');
  if (region === undefined) return undefined;
  if (!/^[a-z0-9-]{1,40}$/i.test(region.value)) {
    problems.push({
      what: `${nameSource('s3.region', region)} is not a region`,
      fix: 'Write it like eu-central-1 (us-east-1 for MinIO)',
    });
    return undefined;
  }
  return { url: endpoint, region: region.value };
}

/** For providers whose endpoint is a bare host: a path can only be the bucket. */
function hostOnly(values: Layer, name: SettingName, problems: Problem[]): URL | undefined {
  const found = values.get(name);
  if (found === undefined) return undefined;
  const called = nameSource(name, found);
  const checked = checkEndpoint({ called, value: found.value });
  if ('problem' in checked) {
    problems.push(checked.problem);
    return undefined;
  }
  if (/^\/*$/.test(checked.url.pathname)) return checked.url;
  problems.push({
    what: `${called} has a path behind the host`,
    fix: 'Take it out: the bucket has its own variable',
  });
  return undefined;
}
