import type { DraftRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import type { PostWithAuthor } from '../../posts/post.ts';
import { writeTags } from '../../tags/tag-line.ts';
import { tagsOf } from '../draft.ts';
import type { Text } from './written.ts';

/** 409: what a text would replace was saved by another tab, device or person since the text began. */
export class TextConflict extends HttpError {
  readonly over: 'draft' | 'post';
  readonly theirs: Text;
  /** When it was saved; microseconds. */
  readonly savedAt: number;
  readonly draft: Pick<DraftRow, 'id' | 'post_id' | 'version'> | undefined;
  readonly post: Pick<PostWithAuthor, 'id' | 'version'> | undefined;

  private constructor(conflict: {
    over: 'draft' | 'post';
    theirs: Text;
    savedAt: number;
    draft?: Pick<DraftRow, 'id' | 'post_id' | 'version'> | undefined;
    post?: Pick<PostWithAuthor, 'id' | 'version'> | undefined;
  }) {
    const { over, theirs, draft } = conflict;
    const { title, content, format, audience, tags } = theirs;
    const text = { title, content, format, audience, tags: writeTags(tags ?? []) };
    const current = { over, draft: draft?.id, version: draft?.version, ...text };
    super(409, `This ${over} was saved by another tab or device. Both versions are kept.`, {
      extra: { current },
    });
    this.name = 'TextConflict';
    this.over = over;
    this.theirs = theirs;
    this.savedAt = conflict.savedAt;
    this.draft = draft;
    this.post = conflict.post;
  }

  static overDraft(draft: DraftRow): TextConflict {
    const theirs = { ...draft, tags: tagsOf(draft) };
    return new TextConflict({ over: 'draft', theirs, savedAt: draft.updated_at, draft });
  }

  /** `draft`: the draft that was to replace the post. */
  static overPost(post: PostWithAuthor, draft?: DraftRow): TextConflict {
    const savedAt = post.edited_at ?? post.date_posted;
    return new TextConflict({ over: 'post', theirs: post, savedAt, draft, post });
  }
}
