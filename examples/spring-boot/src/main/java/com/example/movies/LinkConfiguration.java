package com.example.movies;

import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class LinkConfiguration {
  /** MOVIE_INGEST_LINK_KEY_ID and MOVIE_INGEST_LINK_SECRET, as movie-ingest reads them. */
  @ConfigurationProperties("movie-ingest.link")
  record LinkKey(String keyId, String secret, Duration ttl) {}

  @Bean
  @ConditionalOnProperty("movie-ingest.link.secret")
  HlsSigner hlsSigner(LinkKey key) {
    return new HlsSigner(key.keyId(), key.secret(), key.ttl());
  }
}
