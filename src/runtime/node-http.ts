/**
 * What the server needs of node:http. An `import` of it reads all its exports and so loads `fetch`:
 * 15 ms of a start.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
