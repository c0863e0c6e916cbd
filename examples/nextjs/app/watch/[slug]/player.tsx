'use client';

import Hls from 'hls.js';
import { useEffect, useRef, useState } from 'react';

export function Player({ src, poster }: { src: string; poster: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    if (!Hls.isSupported()) {
      element.src = src; // Safari on an iPhone plays HLS by itself
      return;
    }
    const hls = new Hls();
    hls.on(Hls.Events.ERROR, (_, { fatal, response }) => {
      // 403: the link is too old. Loading the page again brings a new one.
      if (fatal)
        setProblem(response?.code === 403 ? 'This link has expired.' : 'It cannot be played.');
    });
    hls.loadSource(src);
    hls.attachMedia(element);
    return () => hls.destroy();
  }, [src]);
  return (
    <>
      <video ref={video} poster={poster} controls playsInline muted />
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
