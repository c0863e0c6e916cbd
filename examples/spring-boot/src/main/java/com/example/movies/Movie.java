package com.example.movies;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.data.annotation.Id;
import org.springframework.data.mongodb.core.mapping.Document;
import org.springframework.data.mongodb.core.mapping.Field;

/**
 * A document as movie-ingest writes it (docs/mongodb.md there). The first seven fields are in every
 * one; of the others read what your app needs and delete the rest: fields that are not named here
 * are passed over.
 *
 * <p>For reading. Saving it would replace the document by what is named here: change single fields
 * with {@code MongoTemplate.updateFirst}.
 */
@Document("movies")
public record Movie(
    @Id @JsonProperty("_id") String id,
    String title,
    String description,
    String thumbnailUrl,
    @SignedUrl String hlsUrl,
    Metadata metadata,
    Instant createdAt,
    String slug,
    Integer schemaVersion,
    Integer version,
    String status,
    String revision,
    Instant updatedAt,
    Instant ingestedAt,
    String originalTitle,
    String sortTitle,
    String tagline,
    Integer year,
    List<String> genres,
    List<String> countries,
    List<String> directors,
    List<String> studios,
    List<CastMember> cast,
    Map<String, Object> ids,
    List<String> tags,
    String language,
    List<Rendition> renditions,
    List<AudioTrack> audioTracks,
    List<Subtitle> subtitles,
    List<Chapter> chapters,
    @SignedUrl String chaptersUrl,
    Storyboard storyboard,
    Storage storage,
    Source source,
    Encoder encoder) {

  public record Metadata(
      String duration,
      List<String> resolutions,
      String codec,
      Double durationSeconds,
      String audioCodec,
      Integer width,
      Integer height,
      Double fps,
      String aspectRatio,
      Boolean hdr,
      Double segmentSeconds,
      String segmentFormat,
      Long sizeBytes) {}

  public record CastMember(String name, String role, Integer order) {}

  public record Rendition(
      String name,
      Integer width,
      Integer height,
      Long bandwidth,
      Long averageBandwidth,
      String codecs,
      Double frameRate,
      @SignedUrl String url,
      Long sizeBytes,
      Integer segments,
      Boolean copied,
      Quality quality) {}

  public record Quality(Double vmaf, Double vmafP5) {}

  public record AudioTrack(
      String language,
      String label,
      Integer channels,
      String codec,
      @Field("default") @JsonProperty("default") Boolean isDefault,
      String role,
      Loudness loudness,
      @SignedUrl String url,
      Boolean copied) {}

  public record Loudness(Double integratedLufs, Double rangeLu, Double truePeakDbtp) {}

  public record Subtitle(
      String language,
      String label,
      String kind,
      Boolean forced,
      @Field("default") @JsonProperty("default") Boolean isDefault,
      String format,
      @SignedUrl String url,
      @SignedUrl String playlistUrl) {}

  public record Chapter(Double startSeconds, Double endSeconds, String title) {}

  /** {@code tile}: its width and height, and the columns and rows of a sheet. */
  public record Storyboard(@SignedUrl String vttUrl, Double intervalS, List<Integer> tile) {}

  public record Storage(
      String provider,
      String bucket,
      String prefix,
      String publicBaseUrl,
      Integer objects,
      Long bytes) {}

  public record Source(
      String filename,
      Long size,
      Instant mtime,
      String fingerprint,
      String duplicateOf,
      String container,
      String videoCodec,
      Double durationSeconds,
      List<Damage> damage) {}

  public record Damage(String kind, Double startSeconds, Double endSeconds) {}

  public record Encoder(
      String tool,
      String ffmpeg,
      String preset,
      String videoEncoder,
      String videoEncoderReason,
      String copyReason,
      String recipe) {}
}
