import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageContext } from './page-context.ts';

export type PageHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface PageOptions {
  onRequest: PageHook[];
  config?: { cached: 'session' };
  schema: { hide: true };
}
interface FormOptions extends Omit<PageOptions, 'config'> {
  config: { body: 'form' };
}

/** What page routes are built with: the layout's data, and route options. */
export interface Pages {
  pageContext: PageContext;
  /** A public page. */
  open: PageOptions;
  /** A public page whose responses are cached. */
  cached: PageOptions;
  /** A page for signed-in people. */
  signedIn: PageOptions;
  /** A form anyone may post. */
  openForm: FormOptions;
  /** A form for signed-in people. */
  form: FormOptions;
  /** A form for signed-in people whose text must survive the end of a session. */
  writing: FormOptions & { preValidation: PageHook };
}

/** Combines the hooks in the right order: first the sender's origin, then the viewer. */
export function createPages(
  pageContext: PageContext,
  hooks: {
    sameOrigin: PageHook;
    findViewer: PageHook;
    requireViewer: PageHook;
    /** Finds what the layout shows of the viewer's own. */
    findMarks: PageHook;
    /** Runs after the body was read. */
    preserveUnsavedPost: PageHook;
  },
): Pages {
  const { sameOrigin, findViewer, requireViewer, findMarks, preserveUnsavedPost } = hooks;
  const options = (...onRequest: PageHook[]) => ({
    onRequest: [...onRequest, findMarks],
    schema: { hide: true } as const,
  });
  const config = { body: 'form' } as const;
  const openForm = { ...options(sameOrigin, findViewer), config };
  return {
    pageContext,
    open: options(findViewer),
    cached: { ...options(findViewer), config: { cached: 'session' } },
    signedIn: options(requireViewer),
    openForm,
    form: { ...options(sameOrigin, requireViewer), config },
    writing: { ...openForm, preValidation: preserveUnsavedPost },
  };
}
