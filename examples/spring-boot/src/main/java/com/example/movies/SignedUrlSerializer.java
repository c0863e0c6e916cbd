package com.example.movies;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.springframework.beans.factory.ObjectProvider;

/** Without a signing key, as for films that are public, addresses are answered as they are. */
class SignedUrlSerializer extends JsonSerializer<String> {
  private final HlsSigner signer;

  SignedUrlSerializer(ObjectProvider<HlsSigner> signer) {
    this.signer = signer.getIfAvailable();
  }

  @Override
  public void serialize(String url, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeString(signer == null ? url : sign(url));
  }

  private String sign(String url) {
    try {
      return signer.sign(url, Instant.now());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // every JDK has HmacSHA256
    }
  }
}
