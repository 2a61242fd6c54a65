import { createRequire } from 'node:module';
import type selectCompiler from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;
type Factory = ReturnType<typeof selectCompiler>;
type Compile = ReturnType<Factory>;

const require = createRequire(import.meta.url);

/**
 * Fastify's own compiler of serializers, loaded with the first answer, because it has 130 modules.
 * A schema is compiled once for all routes that use it, when the first of them answers. Compiling
 * each schema for each route at the start took a third of the time in which the app is built.
 */
const buildSerializer: Factory = (schemas, options) => {
  let compile: Compile | undefined;
  const compiled = new Map<string, ReturnType<Compile>>();
  return (route) => {
    const key = JSON.stringify(route.schema);
    return (answer) => {
      let serialize = compiled.get(key);
      if (!serialize) {
        compile ??= load()()(schemas, options);
        serialize = compile(route);
        compiled.set(key, serialize);
      }
      return serialize(answer);
    };
  };
};

function load(): typeof selectCompiler {
  return require('@fastify/fast-json-stringify-compiler') as typeof selectCompiler;
}

/** `validateRequest` checks each request; without this Fastify would load Ajv. */
const buildValidator = () => () => () => true;

/** The compilers that Fastify uses for the schemas of routes. */
export const compilersFactory = { buildSerializer, buildValidator } as unknown as Compilers;
