/**
 * The parts of node:http that a start needs. An `import` of node:http loads `fetch` as well, for 35
 * ms of a processor that every start would wait for (docs/measurements/start.md).
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
