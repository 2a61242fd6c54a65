/**
 * The path of a page as the browser requests it: `/login` becomes `/blog/login` if the blog is
 * below a path.
 */
export function href(path: string): string {
  return (document.body.dataset['base'] ?? '') + path;
}
