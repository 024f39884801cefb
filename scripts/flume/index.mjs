// What tests import: a real agent, and Flume's own RPC clients.
export { startAgent } from "./agent.mjs";
export { startClients } from "./client.mjs";
export { whyNoFlume } from "./jars.mjs";
