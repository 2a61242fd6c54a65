/**
 * What the server needs of node:http. An `import` of it reads all that it exports, and so loads `fetch` and
 * what belongs to it: 15 ms of a start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
