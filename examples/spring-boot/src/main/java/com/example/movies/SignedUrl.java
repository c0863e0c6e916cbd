package com.example.movies;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** An address below /videos/, which is answered as a link that expires. */
@JacksonAnnotationsInside
@JsonSerialize(using = SignedUrlSerializer.class)
@Retention(RetentionPolicy.RUNTIME)
@interface SignedUrl {}
