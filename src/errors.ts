import type { FieldError } from './field-errors.ts';

/** An answer to a request that cannot be met; http/error-handler.ts turns it into JSON or a page. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly field: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  /**
   * `detail` is shown to the client; `cause` goes only to the log. On a page's form the detail is
   * shown beside the field named `field`. `extra`: further fields of the error's JSON.
   */
  constructor(
    status: number,
    detail: string,
    options: {
      headers?: Record<string, string>;
      field?: string;
      cause?: unknown;
      extra?: Record<string, unknown>;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'HttpError';
    this.status = status;
    this.headers = options.headers ?? {};
    this.field = options.field;
    this.extra = options.extra ?? {};
  }
}

/** 422: fields of a request that are not valid, in field order. */
export class ValidationError extends HttpError {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super(422, 'Invalid request. Please check your input and try again.');
    this.name = 'ValidationError';
    this.errors = errors;
  }
}

/** 429: a sender has exceeded a limit. */
export class TooManyRequests extends HttpError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(429, 'Too many requests', { headers: { 'retry-after': String(retryAfterSeconds) } });
    this.name = 'TooManyRequests';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * The request was good but a part of the server is not available: full queue, locked database,
 * unwritable media store.
 */
export class Unavailable extends HttpError {
  constructor(detail: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(503, detail, {
      headers: { 'retry-after': String(options.retryAfterSeconds ?? 5) },
      cause: options.cause,
    });
    this.name = 'Unavailable';
  }
}

/** The upload is not a picture that we accept. The contract has one text for all reasons. */
export class InvalidImage extends HttpError {
  constructor(cause?: unknown) {
    super(400, 'Invalid image file. Please upload a valid image (JPEG, PNG, GIF, WebP).', {
      cause,
    });
    this.name = 'InvalidImage';
  }
}

/** Decoding the picture would cost more memory or time than this server spends on one. */
export class TooCostly extends InvalidImage {
  /** Shown on pages instead of the contract's text. */
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

/**
 * Masthead cannot start because of its surroundings: configuration, data, network. The message is
 * for the host.
 */
export class StartError extends Error {}
