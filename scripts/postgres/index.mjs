// What tests import: a real PostgreSQL.
export { isRunning, readState, startPostgres, stopPostgres, whyNoPostgres } from "./server.mjs";
