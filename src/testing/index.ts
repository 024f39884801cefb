/// <reference types="node" preserve="true" />
/** What users need for their own tests of streams: `import { ManualClock, testOperation } from "tspark/testing"`. */
export { ManualClock } from "../core/clock/manual-clock.js";
export { type OperationOptions, runOperation, runOperation2 } from "./run-operation.js";
export { sorted, type TestOptions, testOperation } from "./test-operation.js";
export { TestReceiver } from "./test-receiver.js";
