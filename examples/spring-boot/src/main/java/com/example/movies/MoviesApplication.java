package com.example.movies;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

@SpringBootApplication
@ConfigurationPropertiesScan
public class MoviesApplication {
  public static void main(String[] args) {
    SpringApplication.run(MoviesApplication.class, args);
  }

  /** Who has an answer already is told so in one line (304). */
  @Bean
  ShallowEtagHeaderFilter etags() {
    return new ShallowEtagHeaderFilter();
  }
}
