import {
  isLinkKeyId,
  LINK_SECRET_MIN_BYTES,
  type LinkKey,
  readLinkSecret,
} from '../model/link-key.ts';
import type { Found, Layer } from './layer.ts';
import { nameSource } from './name-source.ts';
import type { Problem } from './problem.ts';

/** Undefined when no key is given, or when `problems` has grown. */
export function readLinkKey(values: Layer, problems: Problem[]): LinkKey | undefined {
  const id = values.get('link.keyId');
  const secret = values.get('link.secret');
  if (id === undefined && secret === undefined) return undefined;
  if (id === undefined || secret === undefined) {
    const [missing, present] =
      id === undefined
        ? ['MOVIE_INGEST_LINK_KEY_ID', 'MOVIE_INGEST_LINK_SECRET']
        : ['MOVIE_INGEST_LINK_SECRET', 'MOVIE_INGEST_LINK_KEY_ID'];
    problems.push({
      what: `The key of links that expire is only half configured: ${missing} is missing`,
      fix: `Set it, or remove ${present}; movie-ingest link keys new makes a pair`,
    });
    return undefined;
  }
  return checkKey(id, secret, problems);
}

function checkKey(id: Found, secret: Found, problems: Problem[]): LinkKey | undefined {
  if (!isLinkKeyId(id.value)) {
    problems.push({
      what: `${nameSource('link.keyId', id)} cannot be the name of a key`,
      fix: 'Write 1 to 16 of a-z, A-Z, 0-9, _ and -, as it stands in SIGNING_KEYS of the Worker',
    });
    return undefined;
  }
  const bytes = readLinkSecret(secret.value);
  if (bytes !== undefined && bytes.byteLength >= LINK_SECRET_MIN_BYTES) {
    return { id: id.value, secret: bytes };
  }
  problems.push({
    what: `${nameSource('link.secret', secret)} cannot sign links`,
    why:
      bytes === undefined
        ? 'It is not standard base64 with its padding'
        : `It has ${bytes.byteLength} bytes; at least ${LINK_SECRET_MIN_BYTES} are needed`,
    fix: 'Take one that movie-ingest link keys new makes',
  });
  return undefined;
}
