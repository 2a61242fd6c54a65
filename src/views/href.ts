/** Whatever knows the path in front of the blog: the configuration, a page, the server. */
export interface BelowPath {
  /** `/blog` where FRONTEND_URL ends in one; '' where the blog is at the root */
  readonly basePath: string;
}

/** A path of the blog as browsers ask for it: `/login` becomes `/blog/login`. */
export function href({ basePath }: BelowPath, path: string): string {
  return basePath + path;
}
