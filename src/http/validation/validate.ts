import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { ValidationError } from '../../errors.ts';
import {
  aboveMaximum,
  belowMinimum,
  missing,
  notAnInteger,
  type FieldError,
  type Loc,
} from '../../field-errors.ts';
import { type Schema, checkField } from './check-field.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** In the path, a hyphen and a name may follow the number: `/posts/12-soup-rota`. */
    slug?: true;
    /**
     * Returns the stored values of body fields, by name. Each is valid when it is sent again,
     * whatever its format.
     */
    stored?: (request: FastifyRequest) => Stored;
  }
}

/** What fields hold already, by their names. */
type Stored = Readonly<Record<string, unknown>>;

/** An id that no row has. Ids outside 1 to 2^53 − 1 become it, so they are simply not found. */
const NO_ID = 0;

/**
 * Checks path, query and body against the route's schema, in this order, and replaces them by the
 * result: numbers as numbers, defaults filled in, unknown fields removed. Throws one
 * ValidationError with everything that is wrong.
 */
export function validateRequest(request: FastifyRequest): void {
  const errors: FieldError[] = [];
  const { schema, config } = request.routeOptions;
  if (schema?.params) request.params = readPath(request, errors);
  if (schema?.querystring) {
    request.query = readQuery(schema.querystring, request.query, errors);
  }
  if (schema?.body && config.body === 'json') {
    request.body = readObject(schema.body, request.body, errors, config.stored?.(request));
  } else if (schema?.body && config.body === 'form') {
    request.body = readForm(schema.body, request.body, errors);
  }
  if (errors.length > 0) throw new ValidationError(errors);
}

/** Checks only the path, for routes that answer before their body is read. */
export function validatePath(request: FastifyRequest): void {
  const errors: FieldError[] = [];
  request.params = readPath(request, errors);
  if (errors.length > 0) throw new ValidationError(errors);
}

/**
 * Checks an object like a JSON body, for input that does not come from a route. A `stored` value
 * that is sent again is valid, whatever its format. Throws ValidationError.
 */
export function validateObject<T extends TSchema>(
  schema: T,
  given: object,
  stored?: Stored,
): Static<T> {
  const errors: FieldError[] = [];
  const values = readObject(schema, given, errors, stored);
  if (errors.length > 0) throw new ValidationError(errors);
  return values as Static<T>;
}

/** Reads the path's parameters: text stays as it is, everything else is an id. */
function readPath(request: FastifyRequest, errors: FieldError[]): Record<string, number | string> {
  const ids: Record<string, number | string> = {};
  const { properties } = (request.routeOptions.schema?.params ?? {}) as Schema;
  for (const [name, raw] of Object.entries(request.params as Record<string, string | number>)) {
    if (properties?.[name]?.type === 'string') {
      ids[name] = raw;
      continue;
    }
    // A number if validatePath has read it before.
    const id = typeof raw === 'number' ? raw : readId(request, raw, ['path', name], errors);
    ids[name] = Number.isSafeInteger(id) && id >= 1 ? id : NO_ID;
  }
  return ids;
}

/**
 * An id; NaN after an error. On pages, text after the number, such as a bracket copied along with
 * the address, makes it an id of nothing.
 */
function readId(request: FastifyRequest, raw: string, loc: Loc, errors: FieldError[]): number {
  const { slug } = request.routeOptions.config;
  if (slug && /^\d+-/.test(raw)) return Number.parseInt(raw, 10);
  const isApi = request.routeOptions.url?.startsWith('/api/');
  return !isApi && /^\d+\D/.test(raw) ? NO_ID : readInteger(raw, loc, errors);
}

function readQuery(schema: Schema, given: unknown, errors: FieldError[]): Record<string, unknown> {
  const query = given as Record<string, string | string[] | undefined>;
  const values: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const raw = [query[name]].flat().at(-1);
    if (raw === undefined) {
      values[name] = property.default;
      continue;
    }
    const loc = ['query', name];
    if (property.type === 'string') {
      const error = checkField(property, raw, loc);
      if (error) errors.push(error);
      values[name] = raw;
      continue;
    }
    const value = readInteger(raw, loc, errors);
    const { minimum: ge = -Infinity, maximum: le = Number.MAX_SAFE_INTEGER } = property;
    if (value < ge) errors.push(belowMinimum(loc, ge, raw));
    else if (value > le) errors.push(aboveMaximum(loc, le, raw));
    values[name] = value;
  }
  return values;
}

/** NaN after an error; comparisons with it are false. */
function readInteger(raw: string, loc: Loc, errors: FieldError[]): number {
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  errors.push(notAnInteger(loc, raw));
  return NaN;
}

function readObject(
  schema: Schema,
  given: unknown,
  errors: FieldError[],
  stored: Stored = {},
): unknown {
  if (given === undefined || given === null) {
    errors.push(missing(['body'], null));
    return undefined;
  }
  if (typeof given !== 'object' || Array.isArray(given)) {
    const msg = 'Input should be a valid dictionary or object to extract fields from';
    errors.push({ type: 'model_attributes_type', loc: ['body'], msg, input: given });
    return undefined;
  }
  const values: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const loc = ['body', name];
    if (Object.hasOwn(given, name)) {
      const value = (given as Record<string, unknown>)[name];
      const known = value !== undefined && value === stored[name];
      const error = known ? null : checkField(property, value, loc);
      if (error) errors.push(error);
      values[name] = value;
    } else if (schema.required?.includes(name)) {
      errors.push(missing(loc, given));
    }
  }
  return values;
}

function readForm(schema: Schema, given: unknown, errors: FieldError[]): Record<string, string> {
  const form = (given ?? {}) as Record<string, string>;
  const values: Record<string, string> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const loc = ['body', name];
    const value = form[name] ?? '';
    if (value !== '') {
      const error = checkField(property, value, loc);
      if (error) errors.push(error);
      values[name] = value;
    } else if (schema.required?.includes(name)) {
      errors.push(missing(loc, null));
    }
  }
  return values;
}
