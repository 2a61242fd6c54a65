/** How many posts in a row by one person are shown in full before the rest are only titles. */
const IN_A_ROW = 2;

/** A part of a list: a post that is shown, or titles of one person's posts. */
type Part<Post> = { post: Post } | { titles: [Post, ...Post[]] };

/**
 * Divides a list into parts, in its order: from the third post in a row by one person on, only
 * titles are shown. Titles before and after the place `apart` do not share a part.
 */
export function foldRuns<Post extends { user_id: number }>(
  posts: readonly Post[],
  apart?: number,
): Part<Post>[] {
  const parts: Part<Post>[] = [];
  let run = 0;
  for (const [at, post] of posts.entries()) {
    run = posts[at - 1]?.user_id === post.user_id ? run + 1 : 1;
    const last = parts.at(-1);
    if (run <= IN_A_ROW) parts.push({ post });
    else if (last && 'titles' in last && at !== apart) last.titles.push(post);
    else parts.push({ titles: [post] });
  }
  return parts;
}
