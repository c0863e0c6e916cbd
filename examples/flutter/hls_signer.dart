// For a server in Dart (shelf, serverpod, Dart Frog). Never in the app: what is in an app can be taken out
// of it, and whoever has the secret can sign links to every film. The app gets finished links from the API.
import 'dart:convert';

import 'package:crypto/crypto.dart';

/// Of a film's address, /videos/{slug}/: what a link covers.
const depth = 2;

/// The hls_url of a document, as a link that can be started until [startUntil] (Unix time): scheme mi1,
/// docs/signed-links.md of movie-ingest. [secret] is MOVIE_INGEST_LINK_SECRET, base64.
String signHlsUrl(String hlsUrl, String keyId, String secret, int startUntil) {
  final uri = Uri.parse(hlsUrl);
  final segments = uri.path.substring(1).split('/');
  if (segments.length <= depth) throw ArgumentError('not the address of a film');
  final prefix = '/${segments.sublist(0, depth).join('/')}/';
  final message = ['mi1', keyId, startUntil, depth, prefix].join('\n');
  final mac = Hmac(sha256, base64.decode(secret)).convert(utf8.encode(message));
  final signature = base64Url.encode(mac.bytes).replaceAll('=', '');
  return '${uri.origin}/t/$keyId.$startUntil.$depth.$signature${uri.path}';
}
