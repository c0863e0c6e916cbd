package com.example.movies;

import java.util.List;
import java.util.Optional;
import org.springframework.data.mongodb.repository.Query;
import org.springframework.data.repository.Repository;

/** Reads what movie-ingest wrote; without {@code save}, which would cut documents down. */
public interface MovieRepository extends Repository<Movie, String> {
  /** Films that can be watched. A document that another tool wrote may have no status. */
  String READY = "status: { $in: ['ready', null] }";

  @Query(value = "{ " + READY + " }", sort = "{ created_at: -1 }")
  List<Movie> findReady();

  @Query("{ " + READY + ", $or: [ { _id: ?0 }, { slug: ?0 } ] }")
  Optional<Movie> findReady(String idOrSlug);
}
