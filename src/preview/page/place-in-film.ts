/** The time that the address names, as `#t=12.5` does; undefined where it names none. */
export function placeInFilm(): number | undefined {
  const seconds = Number(/^#t=(\d+(?:\.\d+)?)$/.exec(location.hash)?.[1]);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** Lets the address name the time that plays now, for whoever loads or keeps it. */
export function namePlace(seconds: number): void {
  history.replaceState(null, '', `#t=${Math.floor(seconds * 10) / 10}`);
}
