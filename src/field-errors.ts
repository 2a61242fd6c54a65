/** One entry of a 422's `detail`, in FastAPI's format and words. */
export interface FieldError {
  type: string;
  loc: Loc;
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/** Where in a request a value is. */
export type Loc = (string | number)[];

export const missing = (loc: Loc, input: unknown): FieldError => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input,
});

export const notAnInteger = (loc: Loc, input: string): FieldError => ({
  type: 'int_parsing',
  loc,
  msg: 'Input should be a valid integer, unable to parse string as an integer',
  input,
});

export const belowMinimum = (loc: Loc, ge: number, input: string): FieldError => ({
  type: 'greater_than_equal',
  loc,
  msg: `Input should be greater than or equal to ${ge}`,
  input,
  ctx: { ge },
});

export const aboveMaximum = (loc: Loc, le: number, input: string): FieldError => ({
  type: 'less_than_equal',
  loc,
  msg: `Input should be less than or equal to ${le}`,
  input,
  ctx: { le },
});
