package com.example.movies;

import java.util.List;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/movies")
class MovieController {
  private final MovieRepository movies;

  MovieController(MovieRepository movies) {
    this.movies = movies;
  }

  /** Newest first. */
  @GetMapping
  ResponseEntity<List<Movie>> list() {
    return answer(movies.findReady());
  }

  /** By {@code _id} or slug. Here comes your own check: may this viewer see this film? */
  @GetMapping("/{id}")
  ResponseEntity<Movie> one(@PathVariable String id) {
    return answer(
        movies
            .findReady(id)
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no such film")));
  }

  /** Asked for again each time: a film may be new, and a link that expires is made for one visit. */
  private static <T> ResponseEntity<T> answer(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate()).body(body);
  }
}
