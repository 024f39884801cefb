import { addShippedModule } from "../../core/closure/protocol.js";
import { engineFunctions } from "../../core/util/engine-functions.js";
import { KinesisRecord } from "./kinesis-record.js";

// What a closure may use of the connector travels by name.
engineFunctions("kinesis", { KinesisRecord });
addShippedModule(import.meta.url);
