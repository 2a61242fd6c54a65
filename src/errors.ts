import type { FieldError } from './field-errors.ts';

/** What a request is answered with when it cannot be met; mapped to JSON or a page in http/error-handler.ts. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly field: string | undefined;

  /**
   * `detail` is shown to the client as it stands; `cause` goes to the log only. On a page's form the detail
   * stands beside the field of the name `field`.
   */
  constructor(
    status: number,
    detail: string,
    options: { headers?: Record<string, string>; field?: string; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'HttpError';
    this.status = status;
    this.headers = options.headers ?? {};
    this.field = options.field;
  }
}

/** 422: fields of a request that do not hold what they must, in field order. */
export class ValidationError extends HttpError {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super(422, 'Invalid request. Please check your input and try again.');
    this.name = 'ValidationError';
    this.errors = errors;
  }
}

/** 429: more of it than one sender may ask for. */
export class TooManyRequests extends HttpError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(429, 'Too many requests', { headers: { 'retry-after': String(retryAfterSeconds) } });
    this.name = 'TooManyRequests';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The request was good but a part of ours is not there: full queue, locked database, unwritable media. */
export class Unavailable extends HttpError {
  constructor(detail: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(503, detail, {
      headers: { 'retry-after': String(options.retryAfterSeconds ?? 5) },
      cause: options.cause,
    });
    this.name = 'Unavailable';
  }
}

/** The upload is no picture we take, whatever the reason; the contract's one text for all of them. */
export class InvalidImage extends HttpError {
  constructor(cause?: unknown) {
    super(400, 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).', {
      cause,
    });
    this.name = 'InvalidImage';
  }
}

/** Decoding the picture costs more memory or time than this server spends on one. */
export class TooCostly extends InvalidImage {
  /** For pages, in place of the contract's text. */
  readonly plain: string;
  /** The end of the sentence that `plain` begins. */
  readonly why: string;

  constructor(why: string, cause: unknown = why) {
    super(cause);
    this.name = 'TooCostly';
    this.why = why;
    this.plain = `This picture is too large to process here: ${why}. Please choose a smaller one.`;
  }
}

/** Wrong arguments on the command line; the exit status is 2. */
export class UsageError extends Error {}

/** What keeps Masthead from starting though nothing is broken in it; the message is for the host, as it stands. */
export class StartError extends Error {}
