import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageContext } from './page-context.ts';

export type PageHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface PageOptions {
  onRequest: PageHook[];
  config?: { kept: true };
  schema: { hide: true };
}
interface FormOptions extends Omit<PageOptions, 'config'> {
  config: { body: 'form' };
}

/** What page routes are built with: the frame of their views, and their options. */
export interface Pages {
  pageContext: PageContext;
  /** a page anyone may see */
  open: PageOptions;
  /** the same, where its answers may be kept */
  kept: PageOptions;
  /** a page for somebody signed in */
  signedIn: PageOptions;
  /** a form anyone may post */
  openForm: FormOptions;
  /** a form for somebody signed in */
  form: FormOptions;
  /** the same, where what was typed must outlive the end of a session */
  writing: FormOptions & { preValidation: PageHook };
}

/** Composes the hooks in the one order that is right: the sender's origin, then who it is. */
export function createPages(
  pageContext: PageContext,
  hooks: {
    sameOrigin: PageHook;
    findViewer: PageHook;
    requireViewer: PageHook;
    /** runs after the body was read */
    preserveUnsavedPost: PageHook;
  },
): Pages {
  const { sameOrigin, findViewer, requireViewer, preserveUnsavedPost } = hooks;
  const options = (...onRequest: PageHook[]) => ({ onRequest, schema: { hide: true } as const });
  const config = { body: 'form' } as const;
  const openForm = { ...options(sameOrigin, findViewer), config };
  return {
    pageContext,
    open: options(findViewer),
    kept: { ...options(findViewer), config: { kept: true } },
    signedIn: options(requireViewer),
    openForm,
    form: { ...options(sameOrigin, requireViewer), config },
    writing: { ...openForm, preValidation: preserveUnsavedPost },
  };
}
