// What tests import: what stands for Kinesis, and a client.
export { openKinesis } from "./client.mjs";
export { startKinesis } from "./server.mjs";
