/** Anything that knows the path at which the blog is served: the configuration, a page, the server. */
export interface BelowPath {
  /** `/blog` where FRONTEND_URL ends in one; '' where the blog is at the root */
  readonly basePath: string;
}

/** A path of the blog as browsers ask for it: `/login` becomes `/blog/login`. */
export function href({ basePath }: BelowPath, path: string): string {
  return basePath + path;
}
