import { addShippedModule } from "../../core/closure/protocol.js";
import { engineFunctions } from "../../core/util/engine-functions.js";
import { SparkFlumeEvent } from "./spark-flume-event.js";

// What a closure may use of the connector travels by name.
engineFunctions("flume", { SparkFlumeEvent });
addShippedModule(import.meta.url);
