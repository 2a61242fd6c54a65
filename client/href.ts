/** A path of the blog as this browser asks for it: `/login` becomes `/blog/login` where the blog is below a path. */
export function href(path: string): string {
  return (document.body.dataset['base'] ?? '') + path;
}
