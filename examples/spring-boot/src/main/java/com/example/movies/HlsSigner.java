package com.example.movies;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes links that expire of the addresses in the documents: scheme mi1, docs/signed-links.md of
 * movie-ingest. Needs nothing but the JDK; safe to share between threads.
 */
public final class HlsSigner {
  /** Of a film's address, /videos/{slug}/: what a link covers. */
  private static final int DEPTH = 2;

  private final String keyId;
  private final SecretKeySpec secret;
  private final Duration ttl;

  /**
   * @param keyId MOVIE_INGEST_LINK_KEY_ID
   * @param secretBase64 MOVIE_INGEST_LINK_SECRET
   * @param ttl how long a link can be started, such as two hours
   */
  public HlsSigner(String keyId, String secretBase64, Duration ttl) {
    this.keyId = keyId;
    this.secret = new SecretKeySpec(Base64.getDecoder().decode(secretBase64), "HmacSHA256");
    this.ttl = ttl;
  }

  /** The hls_url of a document, as a link that can be started from now on for the ttl. */
  public String sign(String hlsUrl, Instant now) throws GeneralSecurityException {
    URI uri = URI.create(hlsUrl);
    String[] segments = uri.getPath().substring(1).split("/");
    if (segments.length <= DEPTH) {
      throw new IllegalArgumentException("not the address of a film: " + hlsUrl);
    }
    String prefix = "/" + String.join("/", Arrays.copyOf(segments, DEPTH)) + "/";
    String startUntil = Long.toString(now.plus(ttl).getEpochSecond());
    String depth = Integer.toString(DEPTH);
    Mac mac = Mac.getInstance("HmacSHA256"); // one a call: a Mac must not be shared
    mac.init(secret);
    String message = String.join("\n", "mi1", keyId, startUntil, depth, prefix);
    byte[] digest = mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    String token = String.join(".", keyId, startUntil, depth, signature);
    return uri.getScheme() + "://" + uri.getAuthority() + "/t/" + token + uri.getPath();
  }
}
