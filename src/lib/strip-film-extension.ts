const FILM_EXTENSION =
  /(?<=.)\.(3g2|3gp|asf|avi|divx|dv|f4v|flv|m2t|m2ts|m2v|m4v|mkv|mov|mp4|mpeg|mpg|mts|mxf|ogm|ogv|rm|rmvb|ts|vob|webm|wmv)$/i;

/** `Mr. 3000.mkv` → `Mr. 3000`; a name without one of the usual extensions of films stays whole. */
export function stripFilmExtension(fileName: string): string {
  return fileName.replace(FILM_EXTENSION, '');
}

/** Whether a file's name says that it is a film; its content decides. */
export function hasFilmExtension(fileName: string): boolean {
  return FILM_EXTENSION.test(fileName);
}
